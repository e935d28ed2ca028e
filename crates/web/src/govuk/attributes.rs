//! `govukAttributes`: extra HTML attributes of a component, by GOV.UK's rules.
//!
//! By default every name prints with its value, escaped. With `optional`, an empty value leaves the
//! attribute out and `true` prints its name alone. Written in Rust because the original leans on
//! Nunjucks' own string type.

use std::fmt::Write;

use minijinja::Error;
use minijinja::value::{Value, ValueKind};

use super::javascript::{escape, escaped};

/// Prints attributes given as a map, or as text that is already HTML.
pub fn render(attributes: Option<Value>) -> Result<Value, Error> {
    let Some(attributes) = attributes else {
        return Ok(Value::from_safe_string(String::new()));
    };
    let mut html = String::new();
    match attributes.kind() {
        ValueKind::String => html.push_str(attributes.as_str().unwrap_or_default()),
        ValueKind::Map => {
            for name in attributes.try_iter()? {
                one(&mut html, &name, attributes.get_item(&name)?)?;
            }
        }
        _ => {}
    }
    Ok(Value::from_safe_string(html))
}

fn one(html: &mut String, name: &Value, item: Value) -> Result<(), Error> {
    let (value, optional) = match item.kind() {
        ValueKind::Map => (
            item.get_attr("value")?,
            is(&item.get_attr("optional")?, true),
        ),
        _ => (item, false),
    };
    let empty = value.is_undefined() || value.is_none() || is(&value, false);
    if optional && is(&value, true) {
        let _ = write!(html, " {}", escaped(name.clone()));
    } else if !(optional && empty) {
        let _ = write!(html, " {}=\"{}\"", escaped(name.clone()), escaped(value));
    }
    Ok(())
}

fn is(value: &Value, wanted: bool) -> bool {
    value.kind() == ValueKind::Bool && value.is_true() == wanted
}

/// `govukI18nAttributes`: messages a component's script shows, as `data-i18n.…` attributes.
///
/// `messages` holds one map a plural form; a single `message` has no plural forms.
pub fn i18n(params: Value) -> Result<Value, Error> {
    let key = params.get_attr("key")?.to_string();
    let mut html = String::new();
    let messages = params.get_attr("messages")?;
    if messages.kind() == ValueKind::Map {
        for rule in messages.try_iter()? {
            let text = messages.get_item(&rule)?;
            let _ = write!(
                html,
                " data-i18n.{}.{}=\"{}\"",
                escape(&key),
                escaped(rule),
                escaped(text)
            );
        }
    }
    let message = params.get_attr("message")?;
    if message.is_true() {
        let _ = write!(html, " data-i18n.{}=\"{}\"", escape(&key), escaped(message));
    }
    Ok(Value::from_safe_string(html))
}
