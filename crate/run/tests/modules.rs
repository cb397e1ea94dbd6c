//! The modules of the crate use one another in one direction only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Modules of which every one is used by the next, and the first by the last; none when there is no such circle.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(
        at: &str,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
        uses: &BTreeMap<String, BTreeSet<String>>,
    ) -> Option<Vec<String>> {
        if let Some(from) = way.iter().position(|module| module == at) {
            return Some(way[from..].to_vec());
        }
        if !done.insert(at.to_owned()) {
            return None;
        }
        way.push(at.to_owned());
        for next in uses.get(at).into_iter().flatten() {
            if let Some(circle) = walk(next, way, done, uses) {
                return Some(circle);
            }
        }
        way.pop();
        None
    }
    let mut done = BTreeSet::new();
    uses.keys().find_map(|module| walk(module, &mut Vec::new(), &mut done, uses))
}

/// The modules that a module's code names, its tests left out.
fn named(code: &str, modules: &BTreeSet<String>) -> BTreeSet<String> {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let paths = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let words = paths.flat_map(|line| line.split("crate::").skip(1));
    let names = words.map(|rest| {
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
    });
    names.filter(|name| modules.contains(name)).collect()
}

fn modules(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut code: BTreeMap<String, String> = BTreeMap::new();
    for entry in
        fs::read_dir(folder).expect("the sources are there").map(|entry| entry.expect("it"))
    {
        let path = entry.path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let files = match fs::read_dir(&path) {
            Ok(inner) => inner.map(|file| file.expect("a file").path()).collect(),
            Err(_) => vec![path],
        };
        for file in files {
            code.entry(name.clone()).or_default().push_str(
                fs::read_to_string(file)
                    .expect("a file")
                    .split("#[cfg(test)]")
                    .next()
                    .unwrap_or(""),
            );
        }
    }
    code.remove("lib");
    let names: BTreeSet<String> = code.keys().cloned().collect();
    let uses = code.iter().map(|(name, code)| {
        let mut others = named(code, &names);
        others.remove(name);
        (name.clone(), others)
    });
    uses.collect()
}

#[test]
fn no_module_uses_one_that_uses_it() {
    let uses = modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(uses.len() > 15 && uses["load"].contains("run"), "{uses:?}");
    assert_eq!(circle(&uses), None);
}

#[test]
fn a_circle_is_found() {
    let uses = [("a", vec!["b"]), ("b", vec!["c", "d"]), ("c", vec![]), ("d", vec!["b"])];
    let owned = |name: &str| name.to_owned();
    let uses = uses.map(|(name, of)| (owned(name), of.into_iter().map(owned).collect()));
    assert_eq!(circle(&BTreeMap::from(uses)), Some(vec!["b".to_owned(), "d".to_owned()]));
}
