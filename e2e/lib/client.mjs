// A visitor without a browser: cookies, forms, links. For what needs many requests.
import { password, username } from './server.mjs';

export const unescaped = (text) =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&#x27;', "'").replaceAll('&#x2f;', '/')
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const attribute = (tag, name) => {
  const found = tag.match(new RegExp(`\\s${name}="([^"]*)"`)) ?? tag.match(new RegExp(`\\s${name}=([^\\s>"]+)`));
  return found ? unescaped(found[1]) : undefined;
};

/** Every form of a page: where it goes and what it holds. */
export function forms(html) {
  return [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([text]) => {
    const open = text.match(/<form\b[^>]*>/)[0];
    const fields = [];
    for (const [tag] of text.matchAll(/<input\b[^>]*>/g)) {
      const name = attribute(tag, 'name');
      if (!name) continue;
      const type = attribute(tag, 'type') ?? 'text';
      fields.push({ name, type, value: attribute(tag, 'value') ?? '', checked: /\schecked\b/.test(tag) });
    }
    for (const [whole, tag, inner] of text.matchAll(/(<textarea\b[^>]*>)([\s\S]*?)<\/textarea>/g)) {
      if (whole) fields.push({ name: attribute(tag, 'name'), type: 'textarea', value: unescaped(inner.replace(/^\n/, '')) });
    }
    for (const [, tag, inner] of text.matchAll(/(<select\b[^>]*>)([\s\S]*?)<\/select>/g)) {
      const options = [...inner.matchAll(/<option\b[^>]*>/g)].map(([option]) => option);
      const chosen = options.find((option) => /\sselected\b/.test(option)) ?? options[0] ?? '';
      fields.push({
        name: attribute(tag, 'name'), type: 'select', value: attribute(chosen, 'value') ?? '',
        options: options.map((option) => attribute(option, 'value') ?? ''),
      });
    }
    return {
      method: (attribute(open, 'method') ?? 'get').toLowerCase(),
      action: attribute(open, 'action') ?? '',
      multipart: (attribute(open, 'enctype') ?? '').startsWith('multipart'),
      fields: fields.filter((field) => field.name),
    };
  });
}

/** What a browser would send when nothing was touched. */
export function untouched(form) {
  return form.fields
    .filter((field) => !['submit', 'button', 'file', 'image'].includes(field.type))
    .filter((field) => !['radio', 'checkbox'].includes(field.type) || field.checked)
    .map((field) => [field.name, field.value]);
}

/** Where the links of a page lead, on this server. */
export function links(html, at) {
  return [...html.matchAll(/<a\b[^>]*\shref="([^"]*)"[^>]*>/g)]
    .map(([, href]) => new URL(unescaped(href), at))
    .filter((url) => url.origin === new URL(at).origin);
}

export class Client {
  constructor(url) {
    this.url = url;
    this.cookies = new Map();
  }

  async ask(path, options = {}) {
    const headers = new Headers(options.headers);
    if (this.cookies.size > 0) {
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const answer = await fetch(new URL(path, this.url), { redirect: 'manual', ...options, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1);
      if (value) this.cookies.set(pair.slice(0, at), value);
      else this.cookies.delete(pair.slice(0, at));
    }
    return answer;
  }

  /** Gets a page, following redirects as a browser does. */
  async get(path) {
    let at = new URL(path, this.url);
    for (let hop = 0; hop < 8; hop += 1) {
      const answer = await this.ask(at);
      const onward = answer.headers.get('location');
      if (!onward || answer.status < 300 || answer.status > 399) {
        return { status: answer.status, headers: answer.headers, url: at.href, body: await answer.text() };
      }
      await answer.arrayBuffer();
      at = new URL(onward, at);
    }
    throw new Error(`too many redirects at ${path}`);
  }

  /** Sends a form, not following where it leads. */
  async post(path, pairs, headers = {}) {
    const body = pairs instanceof Uint8Array || typeof pairs === 'string' ? pairs : new URLSearchParams(pairs).toString();
    const answer = await this.ask(path, {
      method: 'POST', body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.url, ...headers },
    });
    return { status: answer.status, headers: answer.headers, to: answer.headers.get('location'), body: await answer.text() };
  }

  async signIn(name, secret = password) {
    const page = await this.get('/sign-in');
    const form = forms(page.body).find((form) => form.action === '/sign-in');
    const csrf = form.fields.find((field) => field.name === 'csrf').value;
    const answer = await this.post('/sign-in', { username: username(name), password: secret, csrf, next: '' });
    if (answer.status < 300 || answer.status > 399) throw new Error(`${name} could not sign in: ${answer.status}`);
    return this;
  }
}
