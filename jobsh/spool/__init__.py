"""The spool: jobs as directories, on this machine and on hosts. Knows connections and shells; nothing of engines, stores or users."""
