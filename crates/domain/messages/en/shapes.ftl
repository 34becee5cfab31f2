# Posts that carry a warning.
posts-warning = Content warning: { $warning }
posts-sensitive = This content is marked as sensitive
