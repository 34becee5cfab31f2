# Beiträge, vor denen gewarnt wird.
posts-warning = Inhaltswarnung: { $warning }
posts-sensitive = Dieser Inhalt ist als heikel gekennzeichnet
