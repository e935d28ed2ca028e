# Welsh: not yet reviewed by a speaker.
# E-mail, the calendar feed, and choosing them on the account page.
mail-test-subject = Heyrick: prawf
mail-test-text = Neges brawf gan Heyrick yw hon. Os gallwch ei darllen, mae’r e-bost yn gweithio.
mail-digest-subject = Heyrick: mae rhywbeth yn aros amdanoch
mail-digest-waiting = { $count ->
    [zero] Mae { $count } peth yn aros amdanoch.
    [one] Mae 1 peth yn aros amdanoch.
    [two] Mae 2 beth yn aros amdanoch.
    [few] Mae { $count } pheth yn aros amdanoch.
    [many] Mae { $count } pheth yn aros amdanoch.
   *[other] Mae { $count } peth yn aros amdanoch.
}
mail-digest-sign-in = Mewngofnodwch i weld beth:
mail-digest-stop = Nid yw’r neges hon yn dweud mwy, fel na fydd neb arall yn darllen dim. Gallwch ei hatal yma:
feed-summary = Heyrick: mae rhywbeth i’w wneud
feed-summary-clock = Heyrick: diwrnod sy’n bwysig mewn achos
feed-sign-in = Mewngofnodwch i weld beth.
digest-title = E-bost dyddiol
digest-why = Ar ddiwrnodau gwaith am 7 y bore: faint o bethau sy’n aros amdanoch, a ble i fewngofnodi. Nid yw byth yn dweud beth, nac am bwy.
digest-no-mail = Nid yw’r gosodiad hwn yn anfon e-bost.
digest-wanted = A ydych am ei gael?
digest-yes = Ydw
digest-no = Nac ydw
digest-email = Eich cyfeiriad e-bost gwaith
digest-save = Cadw
digest-saved = Cadwyd eich dewis.
digest-error-missing = Rhowch eich cyfeiriad e-bost
digest-error-wrong = Rhowch un cyfeiriad e-bost, er enghraifft enw@heddlu.example
feed-title = Eich calendr
feed-why = Gall rhaglen galendr ddangos pryd y mae rhywbeth i chi i’w wneud, a’r dyddiau y mae clociau eich atgyfeiriadau’n arwain atynt. Mae’n dangos dyddiau ac amseroedd, a byth beth na phwy.
feed-none = Nid ydych wedi gwneud cyfeiriad calendr.
feed-made = Gwnaed { $at }
feed-used = gofynnwyd amdano ddiwethaf { $at }
feed-make = Gwneud cyfeiriad calendr
feed-renew = Gwneud cyfeiriad newydd
feed-renew-why = Daw cyfeiriad newydd â’r un blaenorol i ben.
feed-revoke = Ei ddiweddu
feed-once = Copïwch y cyfeiriad hwn i’ch rhaglen galendr yn awr. Dim ond unwaith y’i dangosir. Gall pwy bynnag sydd ag ef weld pryd mae rhywbeth o’ch eiddo i’w wneud.
feed-revoked = Daeth y cyfeiriad calendr i ben.
