# Clocks: what runs, its day, and how it was found.
clock-kind-reasonable = Reasonable grounds decision
clock-kind-recovery = Recovery period
clock-kind-conclusive_earliest = Conclusive grounds decision
clock-kind-reconsideration = To ask for a reconsideration
clock-kind-reconsideration_day_20 = Day 20 after the decision
clock-kind-reconsideration_day_27 = Day 27 after the decision
clock-kind-eighteen_in_100 = A hundred days before eighteen
clock-kind-eighteen_in_28 = Twenty-eight days before eighteen
clock-kind-eighteen = Eighteenth birthday
clock-kind-support_after_negative_reasonable = Support after the negative decision
clock-kind-support_after_negative_conclusive = Support after the negative conclusive decision
clock-kind-support_after_positive_conclusive = Support after the conclusive decision
clock-reads-by = By { $day }
clock-reads-not_before = Not before { $day }
clock-reads-at_least_until = At least until { $day }
clock-reads-until = Until { $day }
clock-reads-on = { $day }
clock-nature-target = A target, where possible; not a limit.
clock-nature-statutory = Set by an Act.
clock-nature-guidance = Set by guidance.
clock-nature-contract = Set by the contract; not verified.
clock-nature-ours = Our own reminder.
clock-settled-decided = decided { $day }
clock-settled-asked = asked for { $day }
clock-settled-closed = over since { $day }
clock-settled-disqualified = fell away { $day }
clock-settled-ended = ended { $day }
clock-today = today
clock-past = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
clock-working-left = { $count ->
    [one] { $count } working day left
   *[other] { $count } working days left
}
clock-days-left = { $count ->
    [one] { $count } day left
   *[other] { $count } days left
}
clock-why = Why this day?
clock-why-decided = The day of the decision, { $to }: later than the { $count } days that began { $from }.
clock-why-working = { $count } working days after { $from }: { $to }.
clock-why-calendar = { $count } days after { $from }: { $to }.
clock-why-first = { $count } days of which { $from } is the first: { $to }.
clock-why-before = { $count } days before { $from }: { $to }.
clock-why-skipped = Not counting { $days }.
clock-why-unknown = The bank holidays of these years are not all known.
clock-before = Until { $when } it was { $day }. What moved it: { $cause }.
