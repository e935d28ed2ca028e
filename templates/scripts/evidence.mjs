// Files in parts: sends each piece by piece, shows how far it is, goes on after a break, also another day when
// the same file is chosen again. Without it, the form sends whole files.

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const said = (text, values) => text.replaceAll(/%\{(\w+)\}/g, (all, name) => values[name] ?? all)

class SignedOut extends Error {}
class NotTaken extends Error {}

// What the server knows of a file: where its pieces go and how many bytes are there.
async function ask (form, address, body, headers = {}) {
  const method = body instanceof Blob ? 'PATCH' : 'POST'
  const answer = await fetch(address, { method, body, headers, redirect: 'manual', credentials: 'same-origin' })
  if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) throw new SignedOut()
  if (answer.status === 503 || answer.status === 500) throw new TypeError('not now')
  if (answer.status === 422) throw new NotTaken((await answer.json()).words)
  if (!answer.ok && answer.status !== 409) throw new NotTaken('')
  const progress = await answer.json()
  if (progress.state === 'refused') throw new NotTaken(progress.words)
  return progress
}

// One that was begun before: the same name, length and day of change.
function begun (file) {
  for (const row of document.querySelectorAll('[data-waiting]')) {
    const { name, bytes, mark, waiting, received } = row.dataset
    if (!('arrived' in row.dataset) && name === file.name && Number(bytes) === file.size && mark === String(file.lastModified)) {
      return { address: waiting, received: Number(received), row }
    }
  }
  return null
}

// A line of its own for each file: its name, a bar, and a button that stops it.
function line (form, file) {
  const row = document.createElement('li')
  row.className = 'heyrick-evidence'
  const name = document.createElement('p')
  name.className = 'govuk-body'
  const called = document.createElement('bdi')
  called.textContent = file.name
  const far = document.createElement('span')
  name.append(called, ' ', far)
  const bar = document.createElement('progress')
  bar.className = 'heyrick-bar'
  bar.max = file.size
  bar.setAttribute('aria-label', said(form.dataset.sending, { name: file.name }))
  const stop = document.createElement('button')
  stop.type = 'button'
  stop.className = 'heyrick-link-button'
  stop.textContent = form.dataset.stop
  const hidden = document.createElement('span')
  hidden.className = 'govuk-visually-hidden'
  hidden.textContent = `: ${file.name}`
  stop.append(hidden)
  row.append(name, bar, stop)
  form.querySelector('[data-going]').append(row)
  const made = { stopped: false, ended: false }
  stop.addEventListener('click', () => { made.stopped = true; stop.remove() })
  made.at = (received) => {
    bar.value = received
    far.textContent = said(form.dataset.percent, { percent: Math.floor(100 * received / file.size) })
  }
  made.end = (words) => {
    bar.remove()
    stop.remove()
    // What is said at the end names the file itself, mostly.
    if (words.includes(file.name)) called.remove()
    far.textContent = words
  }
  return made
}

// Tries until it succeeds, is refused or is stopped; says once that the connection is gone, and once that it is back.
async function patiently (form, made, tell, what) {
  for (let wait = 1, gone = false; ; wait = Math.min(2 * wait, 30)) {
    try {
      const answer = await what()
      if (gone) tell(form.dataset.back)
      return answer
    } catch (error) {
      if (!(error instanceof TypeError) || made.stopped) throw error
      if (!gone) tell(form.dataset.broken)
      gone = true
      await Promise.race([pause(wait), new Promise((resolve) => addEventListener('online', resolve, { once: true }))])
      if (made.stopped) throw error
    }
  }
}

async function send (form, file, tell) {
  const made = line(form, file)
  const name = file.name
  const token = form.elements.csrf.value
  try {
    if (file.size > Number(form.dataset.most)) throw new NotTaken(said(form.dataset.large, { name }))
    let state = begun(file)
    if (state) {
      state.row.remove()
      tell(said(form.dataset.goneOn, { name, percent: Math.floor(100 * state.received / file.size) }))
    } else {
      tell(said(form.dataset.sending, { name }))
      const fields = new URLSearchParams({ csrf: token, name, size: file.size, mark: file.lastModified })
      state = await patiently(form, made, tell, () => ask(form, form.dataset.parts, fields))
    }
    made.at(state.received)
    while (state.state !== 'arrived') {
      if (made.stopped) throw new TypeError('stopped')
      const { address, received } = state
      const piece = file.slice(received, received + Number(form.dataset.piece))
      const headers = { 'upload-offset': received, 'x-csrf-token': token, 'content-type': 'application/octet-stream' }
      state = await patiently(form, made, tell, () => ask(form, address, piece, headers))
      state.address = address
      made.at(state.received)
    }
    made.end(said(form.dataset.sent, { name }))
    tell(said(form.dataset.sent, { name }))
    return state.address
  } catch (error) {
    let words = said(form.dataset.failed, { name })
    if (error instanceof SignedOut) words = form.dataset.signedOut
    else if (error instanceof NotTaken && error.message) words = error.message
    else if (made.stopped) words = said(form.dataset.stopped, { name })
    made.end(words)
    tell(words)
    return null
  }
}

async function all (form, tell) {
  const chooser = form.elements.files
  const files = [...chooser.files]
  if (files.length === 0) return tell(form.dataset.none)
  if (files.length > Number(form.dataset.left)) return tell(form.dataset.many)
  const button = form.querySelector('button.govuk-button')
  button.disabled = true
  const leave = (event) => event.preventDefault()
  addEventListener('beforeunload', leave)
  let first = null
  let whole = true
  for (const file of files) {
    const address = await send(form, file, tell)
    first ??= address
    whole &&= address !== null
  }
  removeEventListener('beforeunload', leave)
  button.disabled = false
  chooser.value = ''
  if (!first) return
  document.querySelector('[data-no-files]')?.remove()
  if (whole) return location.assign(first)
  // Something was not taken: that stays to be read, and a link leads on.
  const on = document.createElement('a')
  on.className = 'govuk-link'
  on.href = first
  on.textContent = form.dataset.on
  const last = document.createElement('p')
  last.className = 'govuk-body'
  last.append(on)
  form.append(last)
}

export function sendInParts (forms) {
  for (const form of forms) {
    const live = form.querySelector('[data-said]')
    const tell = (words) => { live.textContent = words }
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      all(form, tell)
    })
  }
}
