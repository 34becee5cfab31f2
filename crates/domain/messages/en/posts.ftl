# Posts: the list and the single page.
posts-title = News from the { word }
posts-lead = Messages from here and from the neighbouring quarters, the newest first.
posts-newest = The newest first
posts-empty = There is nothing here yet.
posts-add = Write a post
posts-older = Older posts
posts-by = Post by { $name }
posts-changed = Changed:
posts-fediverse-how = Paste this address into the search of Mastodon. You can then reply there:
posts-delete-title = Delete the post
posts-delete-consequence = The post disappears here and at the neighbours. This cannot be undone.
posts-untitled = Post
posts-quotes = Quotes:
posts-quote-refused = This post quoted another one, whose author does not want to be quoted.
