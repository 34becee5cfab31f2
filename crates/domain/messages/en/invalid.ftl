# What is wrong with an input; stands beside the field.
invalid-title-short = Please enter a title of at least 3 characters.
invalid-title-long = The title is too long. It may have at most 200 characters.
invalid-end-before-start = The end is not after the start. Please check day and time.
invalid-event-long = An event may last at most 400 days.
invalid-date = There is no such date. Please write it like this: 2026-12-05.
invalid-time = There is no such time. Please write it like this: 15:00.
invalid-timezone = This time zone is not known here.
invalid-doors-late = The doors open after the start.
invalid-too-long = The text is too long.
invalid-post-empty = Please write a text.
invalid-link = This is not a complete web address. It begins with https://.
invalid-email = This is not an e-mail address.
invalid-speaker = You may not write in this name.
invalid-name-short = Please enter a name.
invalid-handle-taken = This handle is taken. A handle is never given a second time.
invalid-moment = Please give the moment with its offset, for example 2026-12-05T15:00:00+01:00.
invalid-seats = Please enter a number between 1 and 10000, or leave the field empty.
