"""What the words of an opinion do (意见的办理含义): read, masked, named, shown. Pure but for `wording`."""
