# The page on which a second reader settles what could identify somebody.
review-title = { $reference } · Second reading
review-heading = Could this identify them?
review-nothing = Nothing that identifies them, alone or together, may leave: no name, birth date or address, nor the name of anybody suspected or of any other potential victim.
review-naming = The adult agrees to be named. What they did not agree to, such as where they are now, must still not leave.
review-overtaken = Age, consent or an answer changed since this was sent to be read. It cannot be released; ask again.
review-over = This review is over. Somebody ended it while you were reading
review-what = What would leave
review-before-and-after = What was written, and what leaves
review-others = Every other answer is a coded one, or the standard words that it is withheld.
review-as-settled = Read it as it would leave
review-whole = See everything that leaves
review-settle = Settle each
review-settled-places = How each was settled
review-no-places = Nothing was marked. Read it all the same: only a person can tell.
review-place = Place { $number }
review-mark = Place { $number }, in the text
review-for = place { $number }
review-must-go-suspect = Must not leave without consent. What is known of somebody suspected goes by intelligence report.
review-must-go-why = Must not leave without consent.
review-same = { $count ->
    [one] Settle one other place with the same words likewise
   *[other] Settle { $count } other places with the same words likewise
}
review-words = Say it so
review-use = Use these words
review-take-out = Take it out
review-keep-why = Keep it, and say why
review-why = Why it does not identify anybody
review-keep = Keep it
review-settle-again = Settle it otherwise
review-was-generalised = Said in other words
review-was-kept = Kept
review-was-removed = Taken out
review-settled = Settled.
review-theirs = A colleague settled this place while you were reading. Theirs is shown; yours is still in the box. Send yours again if it should stand instead
review-must-go = This must not leave without consent. Reword it or take it out
review-words-missing = Write the words that leave instead
review-words-marked = These words are marked too. Say them otherwise, or say why they may leave
review-words-must-go = These words hold what must not leave without consent. Say them otherwise
review-words-why = Why these words identify nobody
review-new-words = Your own words are marked in what would leave, and nobody has said why they may: settle again place { $places }
review-why-missing = Say why it does not identify anybody
review-too-long = Use 2,000 characters or fewer
review-asked = { $who } asked for this on { $when }.
review-reader-author = You wrote some of this or asked for it, so somebody else releases it.
review-reader-second = You are the second reader.
review-reader-unqualified = Somebody who holds a supervising role today releases it.
review-open = { $open ->
    [0] All are settled.
    [one] One is to settle.
   *[other] { $open } are to settle.
}
review-both-kept = What was written and what leaves are both kept.
review-release = Release
review-unsettled = { $open ->
    [one] Settle the one place that is open
   *[other] Settle the { $open } places that are open
}
review-still-identifies = These words would still identify somebody; settle them otherwise, or send it back: { $questions }
review-released = Released. It is prepared to be handed over.
review-send-back-heading = Or send it back
review-note = What has to change
review-note-hint = The author reads this.
review-note-missing = Say what has to change
review-send-back = Send it back
review-was-sent-back = Sent back to its author.
review-take-back = Take it back for change
review-take-back-what = It becomes a draft again. What was settled so far is kept with it and not used again.
review-was-taken-back = It is a draft again.
review-to-draft = Go to the draft
review-outcome-released = Read a second time and released by { $who } on { $when }.
review-outcome-sent_back = Sent back by { $who } on { $when }.
review-outcome-taken_back = Taken back by { $who } on { $when }.
review-outcome-overtaken = Ended on { $when }, because what is recorded changed ({ $who }).
