//! The package for Node: building and testing it as `npm install` and `npm test` do from a checkout.

use crate::shell::{Done, program, root, run as step};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The largest addon.
const ADDON_BYTES_MAX: u64 = 4_000_000;

fn npm(arguments: &[&str]) -> Command {
    let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" }, arguments);
    command.current_dir(root().join("bindings/node"));
    command
}

/// Says plainly what is missing: without Node its half of the repository would go untested.
fn need_node() -> Done {
    for name in ["node", "npm"] {
        let there = Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
        if !there {
            return Err(format!("`{name}` is missing: install Node 20 or later, with npm"));
        }
    }
    Ok(())
}

/// Installs what the package needs, builds it, and runs its tests.
pub(crate) fn test() -> Done {
    need_node()?;
    // Installing from a checkout builds the addon and the TypeScript, as the package's `prepare` script says.
    step(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    let nodes: Vec<String> = OTHER_NODES.iter().filter_map(|version| other_node(version)).collect();
    step(npm(&["test"]).env("DESKMATCH_NODES", nodes.join(":")))
}

/// The versions of Node that the tests also run on, where they can be had.
const OTHER_NODES: [&str; 2] = ["22", "24"];

/// The path of another Node, from the package `node`; says so where it cannot be had.
fn other_node(version: &str) -> Option<String> {
    let folder = root().join("target/nodes").join(version);
    let path = folder.join("node_modules/node/bin/node");
    let place = folder.to_string_lossy().into_owned();
    let package = format!("node@{version}");
    let install = ["install", "--no-audit", "--no-fund", "--no-save", "--prefix", &place, &package];
    if path.exists() || std::fs::create_dir_all(&folder).is_ok() && step(&mut npm(&install)).is_ok() {
        return Some(path.to_string_lossy().into_owned());
    }
    println!("Node {version} cannot be had here: the tests run without it");
    None
}

/// Lays out what is published, checks the addon's size, and runs the README's first example where nothing but the packages is installed.
pub(crate) fn packages() -> Done {
    need_node()?;
    // The scripts of the package would build the addon with the schemas of which typings are made.
    step(&mut npm(&["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))?;
    let published = root().join("bindings/node/npm");
    // What an earlier version left would be taken for this one's.
    if published.exists() {
        std::fs::remove_dir_all(&published).map_err(|error| format!("`{}`: {error}", published.display()))?;
    }
    let build: [&[&str]; 3] = [&["build:addon", "--", "--published"], &["build:ts"], &["lay-out"]];
    for words in build {
        step(&mut npm(&[&["run"], words].concat()))?;
    }
    let (addon, platform) = addon_under(&published)?;
    let bytes = std::fs::metadata(&addon).map_err(|error| error.to_string())?.len();
    println!("{}: {bytes} bytes", addon.display());
    if bytes > ADDON_BYTES_MAX {
        return Err(format!("the addon has {bytes} bytes; at most {ADDON_BYTES_MAX}"));
    }
    let empty = published.join("empty");
    // A manifest of its own: npm would install beside the next one above.
    let made =
        std::fs::create_dir_all(&empty).and_then(|()| std::fs::write(empty.join("package.json"), "{}"));
    made.map_err(|error| format!("`{}`: {error}", empty.display()))?;
    let packed = empty.to_string_lossy().into_owned();
    for package in [&platform, &published.join("main")] {
        step(npm(&["pack", "--silent", "--pack-destination", &packed]).arg(package))?;
    }
    // Without the packages of other platforms, which no registry needs to have yet.
    let install = ["install", "--omit=optional", "--offline", "--no-audit", "--no-fund"];
    step(npm(&install).args(tarballs(&empty)?).current_dir(&empty))?;
    let readme = root().join("bindings/node/README.md");
    let run = "const [, text] = require('fs').readFileSync(process.argv[1], 'utf8').split('```js'); \
               require('fs').writeFileSync('example.mjs', text.split('```')[0]); import(process.cwd() + '/example.mjs')";
    step(program("node", &["--eval", run]).arg(readme).current_dir(&empty))
}

/// The addon that lies among the packages, and the package that has it.
fn addon_under(published: &Path) -> Result<(PathBuf, PathBuf), String> {
    let platforms = entries(published)?.into_iter();
    let found = platforms.filter(|folder| folder.is_dir()).find_map(|folder| {
        let addon =
            entries(&folder).ok()?.into_iter().find(|file| file.extension() == Some("node".as_ref()))?;
        Some((addon, folder))
    });
    found.ok_or_else(|| format!("there is no addon under `{}`", published.display()))
}

fn tarballs(folder: &Path) -> Result<Vec<PathBuf>, String> {
    Ok(entries(folder)?.into_iter().filter(|file| file.extension() == Some("tgz".as_ref())).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = std::fs::read_dir(folder).map_err(|error| format!("`{}`: {error}", folder.display()))?;
    Ok(listed.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect())
}

/// A million malformed calls, a million engines made and dropped, and a panic behind every export.
pub(crate) fn torture() -> Done {
    need_node()?;
    step(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    step(&mut npm(&["run", "torture"]))
}
