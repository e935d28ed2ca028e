// Starts what the page asks for. Every page works without it.
import { initAll as govuk } from './govuk-frontend.min.js'
import { initAll as moj } from './moj-frontend.min.js'
import { keepWhileOffline } from './connection.mjs'
import { openLists } from './lists.mjs'
import { sendInParts } from './evidence.mjs'
import { handOver } from './hand_over.mjs'
import { besideTold } from './told.mjs'
import { warn } from './timeout.mjs'

govuk()
moj()
warn(document.body.dataset.sessionSeconds, document.getElementById('timeout'))
openLists(document.querySelectorAll('[data-list]'))
handOver()
besideTold(document.querySelector('.heyrick-told'))
sendInParts(document.querySelectorAll('[data-parts]'))
keepWhileOffline(document.querySelectorAll('[data-offline]'))
