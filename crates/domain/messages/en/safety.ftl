# Before something about burglaries or suspects gets onto the board.
safety-asked = Please read the three questions above first.
safety-title = One moment please
safety-lead = Your text sounds like a crime, or like people whom somebody noticed. Such texts easily hit the wrong people. Please check it once more:
safety-seen = What did you see yourself? Please write only that.
safety-looks = Is somebody described by their looks or origin? Please leave that out.
safety-called = Did you call 110 or 112 if it is urgent? The board is too slow for that.
safety-numbers = Police and emergency:
safety-then = You can change the text or send it as it is. Then the editorial team reads it first.
safety-then-editor = You can change the text or send it as it is. As an editor you publish it at once then.
safety-send = Checked, send as it is
safety-change = Only the editorial team can add this afterwards. Please write a new entry for it.
safety-import = The new version sounds like a crime. The old one stays here.
