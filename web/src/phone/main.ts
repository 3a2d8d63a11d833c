import { createApp } from 'vue'
import { app, boot, setElder, startSenders } from './app'
import App from './App.vue'
import { startRouter } from './router'
import { startWorker } from './shell'
import './theme.css'

setElder(app.elder)
startRouter()
startSenders()
createApp(App).mount('#app')
void boot()
void startWorker().catch(() => undefined)
