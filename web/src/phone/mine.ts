/** The screens under 我的, in one piece: small ones of the same make, smaller together by a fifth than one by one. */

export { default as Devices } from './views/Devices.vue'
export { default as Me } from './views/Me.vue'
export { default as Numbers } from './views/Numbers.vue'
export { default as Outbox } from './views/Outbox.vue'
export { default as Password } from './views/Password.vue'
export { default as Phrases } from './views/Phrases.vue'
export { default as Trust } from './views/Trust.vue'
