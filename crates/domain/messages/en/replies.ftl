# Replies beneath posts and events.
replies-title = Replies
replies-count = { $count ->
    [one] One reply
   *[other] { $count } replies
    }
replies-all = Read all { $count } replies
replies-how = The oldest reply comes first. The editorial team reads what strangers write before it appears here.
replies-how-off = The oldest reply comes first. Replies by strangers on other servers are not taken here.
replies-none = There is no reply yet.
replies-to = In reply to:
replies-original = Original
replies-read-on = Read on
replies-next = More replies
