//! GOV.UK's and the Ministry of Justice's own components, as functions of our templates.
//!
//! Their templates come from npm, written for Nunjucks; [`translate`] turns each into minijinja's
//! dialect when it is loaded. `govukButton({...})` in a page renders
//! `assets/components/govuk/button/template.njk`. The fixtures GOV.UK ships prove it (`tests/govuk.rs`).

mod attributes;
pub mod javascript;
mod translate;

use std::sync::Arc;

use minijinja::value::{Rest, Value, ValueKind, ValueOrKwargs};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, context};
use rust_embed::RustEmbed;

pub use translate::{changed_by_hand, translate};

#[derive(RustEmbed)]
#[folder = "../../assets/components"]
#[allow_missing = true]
struct Files;

/// One component: how pages call it and where its template lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// What pages call, such as `govukDateInput`.
    pub function: String,
    /// Its template, such as `govuk/date-input/template.njk`.
    pub template: String,
}

impl Component {
    /// The component of a family: `govuk`, `date-input` is called `govukDateInput`.
    pub fn named(family: &str, component: &str) -> Self {
        let camel = component.split('-').map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        });
        Self {
            function: std::iter::once(family.to_owned()).chain(camel).collect(),
            template: format!("{family}/{component}/template.njk"),
        }
    }
}

/// All components. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Components {
    inside: Arc<Environment<'static>>,
    list: Arc<[Component]>,
}

impl Components {
    /// Reads the components that came with the program; none when assets are missing.
    pub fn shipped() -> Self {
        Self::from_files(list(), |name| {
            let file = Files::get(name)?;
            Some(String::from_utf8_lossy(&file.data).into_owned())
        })
    }

    /// Takes these components from wherever `read` finds their templates.
    pub fn from_files(
        list: Vec<Component>,
        read: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let mut inside = Environment::new();
        inside.set_undefined_behavior(UndefinedBehavior::Chainable);
        inside.set_auto_escape_callback(|_| AutoEscape::Html);
        inside.set_formatter(javascript::format);
        inside.set_path_join_callback(|name, parent| beside(name, parent).into());
        inside.set_unknown_method_callback(javascript::method);
        inside.set_loader(move |name| Ok(read(name).map(|text| translate(name, &text))));
        inside.add_function("govukAttributes", attributes::render);
        inside.add_function("govukI18nAttributes", attributes::i18n);
        inside.add_filter("entries", javascript::entries);
        inside.add_filter("escape", javascript::escaped);
        inside.add_filter("string", |value: Value| javascript::printable(&value));
        inside.add_test("truthy", |value: &Value| value.is_true());
        inside.add_test("mapping", |value: &Value| value.kind() == ValueKind::Map);
        for component in &list {
            let template = component.template.clone();
            inside.add_function(
                component.function.clone(),
                move |state: &mut State, arguments: Rest<ValueOrKwargs>| {
                    let (params, caller) = split(state, arguments)?;
                    render(state.env(), &template, params, caller)
                },
            );
        }
        Self {
            inside: Arc::new(inside),
            list: list.into(),
        }
    }

    /// The components there are, in the order of their names.
    pub fn list(&self) -> &[Component] {
        &self.list
    }

    /// Renders one component by what pages call it.
    ///
    /// # Errors
    /// An unknown name, or whatever its template stumbles over.
    pub fn render(&self, function: &str, params: Value) -> Result<String, Error> {
        let component = self
            .list
            .iter()
            .find(|component| component.function == function)
            .ok_or_else(|| Error::new(ErrorKind::UnknownFunction, function.to_owned()))?;
        let html = render(&self.inside, &component.template, Some(params), None)?;
        Ok(html.to_string())
    }

    /// Lets the templates of `env` call every component.
    pub fn offer(&self, env: &mut Environment<'static>) {
        for component in self.list.iter() {
            let inside = Arc::clone(&self.inside);
            let template = component.template.clone();
            env.add_function(
                component.function.clone(),
                move |state: &mut State, arguments: Rest<ValueOrKwargs>| {
                    let (params, caller) = split(state, arguments)?;
                    render(&inside, &template, params, caller)
                },
            );
        }
    }
}

/// The one parameter of a component, and what a `{% call %}` block put inside it, already rendered:
/// the block belongs to the calling template, so it runs there.
fn split(
    state: &mut State,
    arguments: Rest<ValueOrKwargs>,
) -> Result<(Option<Value>, Option<Value>), Error> {
    let mut params = None;
    let mut caller = None;
    for value in arguments.into_values() {
        if value.is_kwargs() {
            let block = value.get_attr("caller")?;
            if !block.is_undefined() {
                caller = Some(block.call(state, &[])?);
            }
        } else {
            params = Some(value);
        }
    }
    Ok((params, caller))
}

fn render(
    env: &Environment<'_>,
    template: &str,
    params: Option<Value>,
    caller: Option<Value>,
) -> Result<Value, Error> {
    let params = params.unwrap_or_else(|| Value::from_pairs([] as [(&str, Value); 0]));
    let context = match caller {
        Some(html) => {
            let caller = Value::from_function(move || html.clone());
            context! { params, caller }
        }
        None => context! { params },
    };
    let html = env.get_template(template)?.render(context)?;
    Ok(Value::from_safe_string(html.trim().to_owned()))
}

fn list() -> Vec<Component> {
    let mut list: Vec<_> = Files::iter()
        .filter(|name| name.ends_with("/template.njk"))
        .filter_map(|name| {
            let mut parts = name.split('/');
            Some(Component::named(parts.next()?, parts.next()?))
        })
        .collect();
    list.sort();
    list
}

/// The name of a template named from another: `./x` lies beside it, `../x` one folder up.
fn beside(name: &str, parent: &str) -> String {
    if !name.starts_with('.') {
        return name.to_owned();
    }
    let mut parts: Vec<&str> = parent.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
