# What stands first on a page.
featured-title = Pinned
featured-put-first = Pin
featured-put-back = Unpin
featured-marked = Pinned: this stands first on the page.
featured-notice-first = Pinned.
featured-notice-back = No longer pinned.
featured-too-many = Five are pinned already. Please take one of them away first.
