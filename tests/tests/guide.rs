//! The guides of the three languages have the same chapters, and each shows how.

use std::path::Path;

const GUIDES: [(&str, &str); 3] = [("rust", "```rust"), ("python", "```python"), ("node", "```js")];
/// Chapters that have nothing to run.
const WITHOUT_EXAMPLES: [&str; 3] = ["Install", "Threads", "Time"];

fn guide(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide").join(name).with_extension("md");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The chapters with what is in them.
fn chapters(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("\n## ").skip(1);
    parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).collect()
}

#[test]
fn the_guides_have_the_same_chapters_in_the_same_order() {
    let titles =
        |text: &str| -> Vec<String> { chapters(text).iter().map(|(title, _)| (*title).to_owned()).collect() };
    let rust = titles(&guide("rust"));
    assert!(rust.len() >= 11, "{rust:?}");
    for (name, _) in GUIDES {
        assert_eq!(titles(&guide(name)), rust, "docs/guide/{name}.md");
    }
}

#[test]
fn every_chapter_has_an_example_in_every_language() {
    for (name, fence) in GUIDES {
        for (title, text) in chapters(&guide(name)) {
            let shows = text.lines().any(|line| line == fence);
            assert!(shows || WITHOUT_EXAMPLES.contains(&title), "docs/guide/{name}.md: {title}");
        }
    }
}
