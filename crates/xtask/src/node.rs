//! The package for Node: building and testing it as `npm install` and `npm test` do from a checkout.

use crate::shell::{Done, program, root, run as step};
use std::process::Command;

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

/// A million malformed calls, a million engines made and dropped, and a panic behind every export.
pub(crate) fn torture() -> Done {
    need_node()?;
    step(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    step(&mut npm(&["run", "torture"]))
}
