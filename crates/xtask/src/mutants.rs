//! `cargo xtask mutants`: bugs sown on purpose, each of which the simulation must find.

mod list;

use crate::shell::{Done, cargo, root};
use list::{MUTANTS, Mutant};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which bugs to sow.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only the bugs whose name contains this
    #[arg(long, default_value = "")]
    only: String,
    /// How many events the simulation may look at before a bug counts as missed
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Where the copy of the repository and what is built of it are kept; the system's temporary folder by default
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// Sows each bug in a copy of the repository and sees that the simulation finds it.
pub(crate) fn run(arguments: &Arguments) -> Done {
    let folder = arguments.folder.clone().unwrap_or_else(|| std::env::temp_dir().join("deskmatch-mutants"));
    let copy = folder.join("repository");
    copy_sources(&root(), &copy).map_err(|error| format!("the repository could not be copied: {error}"))?;
    for mutant in MUTANTS {
        find_text(&copy, mutant)?;
    }
    println!("building the repository as it is, which must pass");
    let sound = simulate(&folder, &copy, arguments.events)?;
    if let Some(law) = sound {
        return Err(format!("without any bug sown, a law breaks: {law}"));
    }
    let mut missed = Vec::new();
    for mutant in MUTANTS.iter().filter(|mutant| mutant.name.contains(&arguments.only)) {
        let (path, text) = find_text(&copy, mutant)?;
        let sown = text.replacen(mutant.from, mutant.to, 1);
        std::fs::write(&path, sown).map_err(|error| format!("{}: {error}", path.display()))?;
        let found = simulate(&folder, &copy, arguments.events);
        std::fs::write(&path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
        match found? {
            Some(law) => println!("caught  {:<44} {law}", mutant.name),
            None => {
                println!("MISSED  {}", mutant.name);
                missed.push(mutant.name);
            }
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("not caught: {}", missed.join(", "))) }
}

/// The file of a bug and its text, in which the place to change comes exactly once.
fn find_text(copy: &Path, mutant: &Mutant) -> Result<(PathBuf, String), String> {
    let path = copy.join("crates/core/src").join(mutant.file);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    match text.matches(mutant.from).count() {
        1 => Ok((path, text)),
        count => Err(format!(
            "the bug `{}` has its place {count} times in {}; bring it up to date",
            mutant.name, mutant.file
        )),
    }
}

/// Builds the copy and simulates; the law that broke, if one did.
fn simulate(folder: &Path, copy: &Path, events: u64) -> Result<Option<String>, String> {
    let target = folder.join("target");
    let built = cargo(&["build", "--quiet", "--release", "--package", "xtask"])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", &target)
        // Built often and run briefly.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_INCREMENTAL", "true")
        .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
        .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if !built.success() {
        return Err("the copy does not build".to_owned());
    }
    let output = Command::new(target.join("release/xtask"))
        .args(["simulate", "--as-built", "--thorough", "--commands", "300", "--events", &events.to_string()])
        .current_dir(copy)
        .output()
        .map_err(|error| format!("the simulation could not be started: {error}"))?;
    if output.status.success() {
        return Ok(None);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told.lines().find(|line| line.starts_with("seed ")).unwrap_or("the simulation failed");
    let law = line.split_once(": ").map_or(line, |(_, law)| law);
    Ok(Some(law.chars().take(100).collect()))
}

/// Copies what is under version control's eyes: everything but what is built.
fn copy_sources(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            // Moved or deleted since an earlier copy was made here.
            let (place, is_folder) = (entry.path(), entry.file_type()?.is_dir());
            if is_folder { std::fs::remove_dir_all(place)? } else { std::fs::remove_file(place)? }
        }
    }
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == "target" || name == ".git" || name == "node_modules" {
            continue;
        }
        let (source, place) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            copy_sources(&source, &place)?;
        } else if std::fs::read(&source)? != std::fs::read(&place).unwrap_or_default() {
            // What is the same stays untouched, so that little is built anew.
            std::fs::copy(&source, &place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_copy_forgets_what_is_gone() {
        let folder = std::env::temp_dir().join(format!("deskmatch-copy-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        std::fs::create_dir_all(from.join("old")).unwrap();
        std::fs::write(from.join("old/file.rs"), "1").unwrap();
        std::fs::write(from.join("kept.rs"), "1").unwrap();
        copy_sources(&from, &to).unwrap();
        std::fs::remove_dir_all(from.join("old")).unwrap();
        std::fs::write(from.join("kept.rs"), "2").unwrap();
        copy_sources(&from, &to).unwrap();
        assert!(!to.join("old").exists());
        assert_eq!(std::fs::read_to_string(to.join("kept.rs")).unwrap(), "2");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_bug_has_its_place_in_the_code() {
        for mutant in MUTANTS {
            let (_, text) = find_text(&root(), mutant).unwrap_or_else(|message| panic!("{message}"));
            assert_ne!(text, text.replacen(mutant.from, mutant.to, 1), "`{}` changes nothing", mutant.name);
        }
    }
}
