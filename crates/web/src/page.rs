//! Pages: a template of ours, the reader it is for, and the values it shows.
//!
//! Our templates are strict: printing a value nobody gave is an error, found by the test that renders
//! the page. A debug build reads them from `templates/`; a release carries them inside.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use heyrick_domain::user::{Role, Viewer};
use heyrick_words::{Arg, Locale, Words};
use jiff::civil::Date;
use minijinja::value::{Kwargs, Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, context};
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::app::App;
use crate::error::PageError;
use crate::govuk::{Components, javascript};
use crate::grant::FormError;
use crate::visit::{Reader, leave_message, message_shown};
use crate::{assets, visit};

#[derive(RustEmbed)]
#[folder = "../../templates"]
struct Files;

/// Templates and components, ready in every language. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pages {
    environments: Arc<[Environment<'static>; 2]>,
}

/// Why pages cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("styles and components are missing; run `cargo xtask setup --demo`, then build again")]
pub struct MissingAssets;

impl Pages {
    /// Makes pages ready with the templates that came with the program.
    ///
    /// # Errors
    /// [`MissingAssets`] when the program was built without the npm packages.
    pub fn shipped(words: &Words) -> Result<Self, MissingAssets> {
        let components = Components::shipped();
        if components.list().is_empty() || !assets::there() {
            return Err(MissingAssets);
        }
        Ok(Self {
            environments: Arc::new(
                Locale::ALL.map(|locale| environment(locale, words, &components)),
            ),
        })
    }

    /// Renders a template by itself.
    ///
    /// # Errors
    /// Whatever the template stumbles over.
    pub fn render(&self, locale: Locale, template: &str, values: Value) -> Result<String, Error> {
        let at = Locale::ALL
            .iter()
            .position(|one| *one == locale)
            .unwrap_or_default();
        self.environments[at].get_template(template)?.render(values)
    }

    /// The names of all our templates, for the test that reads each.
    pub fn names() -> Vec<String> {
        Files::iter()
            .filter(|name| name.ends_with(".html"))
            .map(|name| name.to_string())
            .collect()
    }

    /// Reads a template without rendering it.
    ///
    /// # Errors
    /// A template that is not minijinja.
    pub fn read(&self, template: &str) -> Result<(), Error> {
        self.environments[0].get_template(template).map(drop)
    }
}

fn environment(locale: Locale, words: &Words, components: &Components) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(javascript::format);
    env.set_loader(load);
    env.add_filter("escape", javascript::escaped);
    env.add_function("asset", |name: String| assets::address(&name));
    components.offer(&mut env);

    let plain = words.clone();
    env.add_function("t", move |key: String, args: Kwargs| {
        say(&plain, locale, &key, &args)
    });
    // Words that hold HTML of our own: what is placed into them is escaped first.
    let html = words.clone();
    env.add_function("thtml", move |key: String, args: Kwargs| {
        let args = escaped(&args)?;
        say(&html, locale, &key, &args).map(Value::from_safe_string)
    });
    let known = words.clone();
    env.add_function("has_words", move |key: String| known.has(&key));
    dates(&mut env, locale, words);
    env
}

/// `date`, `weekday`, `due` take a day as `2026-09-07`; `partial` a date as far as it is known; `moment` and
/// `when` take stored microseconds.
fn dates(env: &mut Environment<'static>, locale: Locale, words: &Words) {
    let w = words.clone();
    env.add_filter("date", move |day: String| {
        Ok::<_, Error>(w.date(locale, read_day(&day)?))
    });
    let w = words.clone();
    env.add_filter("partial", move |date: String| w.partial_date(locale, &date));
    let w = words.clone();
    env.add_filter("weekday", move |day: String| {
        Ok::<_, Error>(w.weekday(locale, read_day(&day)?))
    });
    let w = words.clone();
    env.add_filter("due", move |day: String, today: String| {
        Ok::<_, Error>(w.due(locale, read_day(&day)?, read_day(&today)?))
    });
    let w = words.clone();
    env.add_filter("moment", move |micros: i64| w.moment(locale, micros));
    let w = words.clone();
    env.add_filter("when", move |micros: i64, today: String| {
        Ok::<_, Error>(w.when(locale, micros, read_day(&today)?))
    });
}

fn read_day(day: &str) -> Result<Date, Error> {
    day.parse()
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, "not a day such as 2026-09-07"))
}

fn load(name: &str) -> Result<Option<minijinja::TemplateSource>, Error> {
    let Some(file) = Files::get(name).filter(|_| name.ends_with(".html")) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let source = minijinja::TemplateSource::from(text);
    if !cfg!(debug_assertions) {
        return Ok(Some(source));
    }
    let (name, seen) = (name.to_owned(), file.metadata.last_modified());
    Ok(Some(source.with_uptodate_check(move || {
        Files::get(&name).is_some_and(|file| file.metadata.last_modified() == seen)
    })))
}

fn say(words: &Words, locale: Locale, key: &str, args: &Kwargs) -> Result<String, Error> {
    let mut given: Vec<(&str, Arg<'static>)> = Vec::new();
    for name in args.args() {
        given.push((name, argument(&args.get::<Value>(name)?)));
    }
    Ok(words.text(locale, key, &given))
}

/// Whole numbers choose plural forms; everything else is text.
fn argument(value: &Value) -> Arg<'static> {
    match value.as_i64().filter(|_| value.kind() == ValueKind::Number) {
        Some(number) => Arg::from(number),
        None => Arg::from(javascript::printable(value).to_string()),
    }
}

fn escaped(args: &Kwargs) -> Result<Kwargs, Error> {
    let mut safe = Vec::new();
    for name in args.args() {
        let value: Value = args.get(name)?;
        let value = if value.kind() == ValueKind::Number {
            value
        } else {
            javascript::escaped(value)
        };
        safe.push((name.to_owned(), value));
    }
    Ok(safe.into_iter().collect())
}

/// A page being made.
#[derive(Debug)]
pub struct Page {
    template: &'static str,
    status: StatusCode,
    locale: Locale,
    values: BTreeMap<String, Value>,
    has_message: bool,
}

impl Page {
    /// Begins a page for a reader. The layout's values come from the reader; see `templates/layout.html`.
    pub fn new(template: &'static str, reader: &impl Reader) -> Self {
        let visit = reader.visit();
        let locale = reader.locale();
        let mut page = Self {
            template,
            status: StatusCode::OK,
            locale,
            values: BTreeMap::new(),
            has_message: visit.flash.is_some(),
        };
        page.set(
            "viewer",
            reader.viewer().map_or_else(|| Value::from(()), viewer),
        );
        page.set(
            "nav",
            reader
                .viewer()
                .map_or_else(|| Value::from(()), |who| nav(who, &visit.path)),
        );
        let searches = reader.viewer().is_some_and(|who| sees_cases(who.role));
        page.set("searches", Value::from(searches));
        page.set("csrf", Value::from(reader.csrf()));
        page.set("lang", Value::from(locale.code()));
        page.set("languages", languages(locale, visit));
        page.set("lang_reviewed", Value::from(locale.reviewed()));
        page.set(
            "flash",
            visit
                .flash
                .as_deref()
                .map_or_else(|| Value::from(()), Value::from),
        );
        page
    }

    /// Gives the template a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.set(name, Value::from(Serde(value)));
        self
    }

    /// Gives the template every field of a value, each under its own name.
    #[must_use]
    pub fn with_all(mut self, values: impl Serialize) -> Self {
        let values = Value::from(Serde(values));
        if let Ok(names) = values.try_iter() {
            for name in names {
                if let Ok(value) = values.get_item(&name) {
                    self.set(&name.to_string(), value);
                }
            }
        }
        self
    }

    /// What is wrong with a form that comes back: answered with 422. Nothing wrong changes nothing.
    #[must_use]
    pub(crate) fn errors(mut self, errors: impl AsRef<[FormError]>) -> Self {
        let errors = errors.as_ref();
        if !errors.is_empty() {
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        self.with("errors", errors)
    }

    /// Answers with this status instead of 200; 422 for a form that comes back.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Renders the page.
    ///
    /// # Errors
    /// [`PageError::Template`] when the template stumbles; the reader sees the page for 500.
    pub fn render(mut self, app: &App) -> Result<Response, PageError> {
        self.set("demo", Value::from(app.settings.demo));
        self.set("today", Value::from(app.store.today().to_string()));
        self.set(
            "session_seconds",
            Value::from(app.settings.session_idle.as_secs()),
        );
        let html = app
            .pages
            .render(self.locale, self.template, Value::from_pairs(self.values))?;
        let mut response = (self.status, Html(html)).into_response();
        if self.has_message {
            message_shown(&mut response);
        }
        Ok(response)
    }

    fn set(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }
}

/// Answers a form that was saved: go to this address and show this message, named by its key.
pub fn saved(address: &str, key: &'static str) -> Response {
    let mut response = Redirect::to(address).into_response();
    leave_message(&mut response, key);
    response
}

fn viewer(who: &Viewer) -> Value {
    context! { name => who.display_name.clone(), role => who.role.code() }
}

fn languages(current: Locale, visit: &visit::Visit) -> Value {
    let item = |locale: Locale| {
        let and = if visit.query.is_empty() {
            String::new()
        } else {
            format!("{}&", visit.query)
        };
        context! {
            code => locale.code(),
            name => locale.name(),
            current => locale == current,
            href => format!("{}?{and}lang={}", visit.path, locale.code()),
        }
    };
    Locale::ALL.into_iter().map(item).collect()
}

/// Where the viewer may go, by what their roles see; nothing else is shown.
/// Only pages that are there: the crawl of `e2e` follows each as somebody in each role.
fn nav(who: &Viewer, path: &str) -> Value {
    let mut items: Vec<(&str, &str)> = Vec::new();
    if who.role != Role::Auditor {
        items.push(("nav-work", "/"));
    }
    if sees_cases(who.role) {
        items.push(("nav-people", "/people"));
        items.push(("nav-referrals", "/referrals"));
    }
    if sees_cases(who.role) && who.role != Role::Partner {
        items.push(("nav-tasks", "/tasks"));
    }
    if who.holds(Role::Inspector) || who.holds(Role::Sergeant) {
        items.push(("nav-board", "/board"));
        items.push(("nav-grants", "/grants"));
    }
    if who.role == Role::Auditor {
        items.push(("nav-journal", "/journal"));
    }
    let current =
        |href: &str| path == href || (href != "/" && path.starts_with(&format!("{href}/")));
    items
        .into_iter()
        .map(|(key, href)| context! { key, href, current => current(href) })
        .collect()
}

/// Says whether a role sees cases at all.
pub fn sees_cases(role: Role) -> bool {
    !matches!(role, Role::Auditor | Role::Administrator)
}
