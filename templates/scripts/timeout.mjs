// Warns five minutes before the session ends and keeps it alive while somebody types.

const WARN_BEFORE = 5 * 60 * 1000
// Typing counts as being here, but asks the server at most this often.
const KEEP_ALIVE = 4 * 60 * 1000

export function warn (seconds, dialog) {
  const length = Number(seconds) * 1000
  if (!dialog || !dialog.showModal || !(length > WARN_BEFORE)) return
  let timer
  let asked = Date.now()

  function wait () {
    clearTimeout(timer)
    timer = setTimeout(() => dialog.showModal(), length - WARN_BEFORE)
  }

  async function stay () {
    asked = Date.now()
    try {
      const answer = await fetch('/account/session', { method: 'GET', redirect: 'manual', cache: 'no-store' })
      if (answer.ok) wait()
    } catch {
      // No connection: the warning stays due.
    }
  }

  dialog.querySelector('[data-timeout-stay]').addEventListener('click', () => {
    dialog.close()
    stay()
  })
  document.addEventListener('input', () => {
    if (Date.now() - asked > KEEP_ALIVE) stay()
  })
  wait()
}
