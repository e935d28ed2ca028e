//! Somebody signed in, as their browser holds it; and what a browser sends from a form.

use axum::body::Body;
use axum::http::Request;
use heyrick_domain::user::{Role, Viewer};
use heyrick_store::journal::Actor;
use heyrick_store::session::{self, Lengths, SignIn};
use heyrick_store::user::{NewUser, User};
use heyrick_store::{agency, user};
use heyrick_web::App;

use super::{Answer, ask};

/// Somebody signed in.
pub struct Browser {
    pub user: User,
    pub viewer: Viewer,
    pub cookie: String,
    pub csrf: String,
}

/// The fields of a form, in order.
pub type Fields = Vec<(String, String)>;

const LENGTHS: Lengths = Lengths {
    idle: 3_600_000_000,
    absolute: 3_600_000_000,
};

impl Browser {
    /// An account of this name and role in a team, signed in.
    pub async fn of(app: &App, name: &str, role: Role, team: &agency::Team) -> Self {
        let new = NewUser {
            username: name.to_owned(),
            display_name: name.to_owned(),
            role,
            agency: team.agency,
            team: Some(team.id),
            password: Some("a long invented password".to_owned()),
            must_change_password: false,
        };
        let store = &app.store;
        let (user, password) = user::record_user(store, Actor::COMMAND_LINE, new)
            .await
            .unwrap();
        let (cookie, csrf) = Self::signed_in(app, name, &password).await;
        let signed = session::session(store, &cookie, LENGTHS).await.unwrap();
        let viewer = signed.unwrap().viewer(store).await.unwrap().unwrap();
        Self {
            user,
            viewer,
            cookie: format!("heyrick={cookie}"),
            csrf,
        }
    }

    /// The same account, signed in once more.
    pub async fn again(&self, app: &App) -> Self {
        let password = "a long invented password";
        let (cookie, csrf) = Self::signed_in(app, &self.user.username, password).await;
        Self {
            user: self.user.clone(),
            viewer: self.viewer.clone(),
            cookie: format!("heyrick={cookie}"),
            csrf,
        }
    }

    async fn signed_in(app: &App, name: &str, password: &str) -> (String, String) {
        let store = &app.store;
        let begun = session::sign_in(store, name, password, "::1", "test")
            .await
            .unwrap();
        let SignIn::Begun { cookie, .. } = begun else {
            panic!("the password was not taken")
        };
        let begun = session::session(store, &cookie, LENGTHS).await.unwrap();
        let begun = begun.unwrap();
        let cookie = session::complete(store, &begun, None).await.unwrap();
        (cookie, begun.csrf())
    }

    /// Gets a page.
    pub async fn get(&self, app: &App, address: &str) -> Answer {
        let address = address.split('#').next().unwrap();
        let request = Request::get(address).header("cookie", &self.cookie);
        ask(app, request.body(Body::empty()).unwrap()).await
    }

    /// Attaches a file in the field of this name, with this token.
    pub async fn upload(
        &self,
        app: &App,
        address: &str,
        csrf: &str,
        (field, file): (&str, &[u8]),
    ) -> Answer {
        let mut body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--x\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"PV3 letter.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
        )
        .into_bytes();
        body.extend(file);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post(address)
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=x");
        ask(app, request.body(Body::from(body)).unwrap()).await
    }

    /// Sends fields, with the session's token unless they hold one.
    pub async fn send(&self, app: &App, address: &str, fields: &[(String, String)]) -> Answer {
        let request = Request::post(address)
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        let mut fields = fields.to_vec();
        if !fields.iter().any(|(name, _)| name == "csrf") {
            fields.push(("csrf".to_owned(), self.csrf.clone()));
        }
        let body = serde_html_form::to_string(fields).unwrap();
        ask(app, request.body(Body::from(body)).unwrap()).await
    }

    /// Sends fields, written short.
    pub async fn post(&self, app: &App, address: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.send(app, address, &fields).await
    }
}

impl Answer {
    /// Where the answer leads.
    pub fn to(&self) -> &str {
        let to = self.headers.get("location");
        to.map_or("", |to| to.to_str().unwrap())
    }

    /// The title of the page.
    pub fn title(&self) -> &str {
        let title = self.body.split("<title>").nth(1).unwrap_or_default();
        title.split("</title>").next().unwrap()
    }

    /// What a browser would send from the form with this action when nothing is touched.
    pub fn form(&self, action: &str) -> Fields {
        let open = format!("action=\"{action}\"");
        let form = self.body.split("<form ").find(|form| {
            let tag = form.split('>').next().unwrap();
            tag.contains(&open)
        });
        let form = form.unwrap_or_else(|| panic!("no form {action} in {}", self.body));
        untouched(form.split("</form>").next().unwrap())
    }
}

/// Sets a field of a form, in the place of what it held.
pub fn set(fields: &mut Fields, name: &str, value: &str) {
    fields.retain(|(other, _)| other != name);
    fields.push((name.to_owned(), value.to_owned()));
}

/// What a browser sends from this HTML when nothing is touched; no button is among it.
pub fn untouched(html: &str) -> Fields {
    let mut sent = Fields::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let end = rest.find('>').unwrap();
        let tag = &rest[..=end];
        rest = &rest[end + 1..];
        let Some(name) = attribute(tag, "name") else {
            continue;
        };
        if tag.starts_with("<input") {
            let kind = attribute(tag, "type").unwrap_or_default();
            let choice = kind == "radio" || kind == "checkbox";
            if !choice || tag.contains(" checked") {
                sent.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("<textarea") {
            let inside = rest.split("</textarea>").next().unwrap();
            let inside = inside.strip_prefix('\n').unwrap_or(inside);
            sent.push((name, plain(inside).replace('\n', "\r\n")));
        } else if tag.starts_with("<select") {
            let inside = rest.split("</select>").next().unwrap();
            let options: Vec<&str> = inside.split("<option").skip(1).collect();
            let chosen = options
                .iter()
                .find(|one| one.split('>').next().unwrap().contains(" selected"))
                .unwrap_or(&options[0]);
            let value = attribute(&format!("<option{chosen}"), "value");
            sent.push((name, value.unwrap_or_default()));
        }
    }
    sent
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next().unwrap();
    let value = tag.split(&format!(" {name}=\"")).nth(1)?;
    Some(plain(value.split('"').next().unwrap()))
}

/// HTML without its escapes.
pub fn plain(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#96;", "`")
        .replace("&amp;", "&")
}
