//! Every statement in the store's source is understood by both engines (ADR 2).

use std::path::Path;

use heyrick_store::Sql;
use syn::visit::Visit;

use crate::common::stores;

/// Collects the text of every `Sql::new("…")`.
#[derive(Default)]
struct Statements(Vec<String>);

impl Visit<'_> for Statements {
    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func
            && let [.., of, new] = &function.path.segments.iter().collect::<Vec<_>>()[..]
            && of.ident == "Sql"
            && new.ident == "new"
        {
            match call.args.first() {
                Some(syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                })) => self.0.push(text.value()),
                _ => panic!("Sql::new takes a literal, so that this test can find it"),
            }
        }
        syn::visit::visit_expr_call(self, call);
    }

    fn visit_item_mod(&mut self, module: &syn::ItemMod) {
        if module.ident != "tests" {
            syn::visit::visit_item_mod(self, module);
        }
    }
}

fn statements_in(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            statements_in(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let mut statements = Statements::default();
            statements.visit_file(&file);
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.extend(statements.0.into_iter().map(|text| (name.clone(), text)));
        }
    }
}

#[tokio::test]
async fn every_statement_is_prepared_on_both_engines() {
    let mut found = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    statements_in(&source, &mut found);
    assert!(found.len() > 10, "the search itself is broken");
    let mut refused = Vec::new();
    for store in stores().await {
        for (file, text) in &found {
            let sql = Sql::new(Box::leak(text.clone().into_boxed_str()));
            if let Err(error) = store.db.prepare(sql, Some("1 = 1")).await {
                refused.push(format!(
                    "{file} on {}: {text}\n  {:?}",
                    store.fresh.engine,
                    std::error::Error::source(&error)
                ));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
