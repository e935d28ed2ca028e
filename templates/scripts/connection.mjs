// Keeps a page of typed text in the browser while there is no connection, instead of sending it into the void.

export function keepWhileOffline (forms) {
  for (const form of forms) {
    form.addEventListener('submit', (event) => {
      const old = form.querySelector('.heyrick-offline')
      if (navigator.onLine) {
        old?.remove()
        return
      }
      event.preventDefault()
      const note = old ?? document.createElement('p')
      note.className = 'heyrick-note heyrick-offline'
      note.setAttribute('role', 'alert')
      note.textContent = form.dataset.offline
      form.append(note)
      note.scrollIntoView({ block: 'center' })
    })
  }
}
