"""What search leaves in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(acts("search", "view", {"search": "搜索"}))
