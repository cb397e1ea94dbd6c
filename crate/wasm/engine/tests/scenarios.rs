//! Whole scenarios through the bindings, in a browser: what JavaScript would see.
#![cfg(target_arch = "wasm32")]

mod js;

use js::{Page, number, path, text};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_leader_is_elected_and_the_frame_shows_it() {
    let mut page = Page::open("seed 5\nservers 5\nnetwork lossy\n");
    assert!(path(&page.frame(), "leader").is_null());
    page.advance_to(3.0);
    let frame = page.frame();
    let leader = number(&frame, "leader");
    assert!((1..=5).contains(&leader));
    let server = path(&frame, &format!("servers.{}", leader - 1));
    assert_eq!(text(&server, "role"), "leader");
    assert_eq!(text(&server, "status"), "up");
    assert_eq!(number(&server, "currentTerm"), number(&frame, "term"));
    assert_eq!(number(&path(&server, "peers"), "length"), 4);
    assert_eq!(text(&server, "timer.kind"), "heartbeat");
    assert!(number(&server, "timer.firesAt") > number(&frame, "now"));
}

#[wasm_bindgen_test]
fn commands_are_committed_and_applied_by_all() {
    let mut page = Page::open("seed 5\nservers 3\nnetwork lan\n");
    page.advance_to(2.0);
    for n in 1..=4 {
        let line = page.command(&format!("start leader key{n}=value{n}"));
        assert!(
            line.starts_with("at 2.000000s ") && line.ends_with(&format!("key{n}=value{n}")),
            "{line}"
        );
    }
    page.advance_to(3.0);
    for id in 1..=3 {
        let server = page.server(id);
        assert_eq!(number(&server, "applied"), 4);
        assert_eq!(text(&server, "table.2.key"), "key3");
        assert_eq!(text(&server, "table.2.value"), "value3");
        assert_eq!(number(&server, "disk.log.last.index"), 4);
        assert!(path(&server, "disk.problem").is_null());
    }
    let entry = page.entry(1, 2);
    assert_eq!(text(&entry, "command"), "key2=value2");
    assert_eq!(number(&path(&entry, "holders"), "length"), 3);
}

#[wasm_bindgen_test]
fn a_crashed_server_restarts_from_its_bytes() {
    let mut page = Page::open("seed 5\nservers 3\nnetwork lan\n");
    page.advance_to(2.0);
    page.command("start leader x=1");
    page.advance_to(3.0);
    let leader = number(&page.frame(), "leader") as u16;
    page.command(&format!("crash {leader}"));
    let down = page.server(leader);
    assert!(path(&down, "memory").is_null(), "nothing is in memory");
    assert_eq!(number(&path(&down, "table"), "length"), 0, "nor in the service");
    let term = number(&down, "disk.currentTerm");
    assert!(term >= 1);
    assert_eq!(number(&down, "disk.log.last.index"), 1);
    assert!(text(&down, "disk.hex").contains("x=1"), "the bytes are there");
    page.command(&format!("restart {leader}"));
    page.advance_to(6.0);
    let up = page.server(leader);
    assert_eq!(text(&up, "table.0.key"), "x");
    assert!(number(&up, "disk.currentTerm") > term, "another server has led meanwhile");
}

#[wasm_bindgen_test]
fn a_lagging_follower_is_caught_up_by_install_snapshot() {
    let mut page = Page::open("seed 5\nservers 3\nnetwork lan\n");
    page.advance_to(2.0);
    let leader = number(&page.frame(), "leader") as u16;
    let lagging = leader % 3 + 1;
    page.command(&format!("isolate {lagging}"));
    for n in 1..=20 {
        page.command(&format!("start {leader} k{n}={n}"));
    }
    page.advance_to(3.0);
    page.command(&format!("snapshot {leader}"));
    assert_eq!(number(&page.frame(), &format!("servers.{}.snapshot.index", leader - 1)), 20);
    assert_eq!(number(&page.server(lagging), "applied"), 0);
    page.command("heal");
    page.advance_to(8.0);
    let caught_up = page.server(lagging);
    assert_eq!(number(&caught_up, "applied"), 20);
    assert_eq!(number(&caught_up, "disk.snapshot.lastIncluded.index"), 20);
    assert_eq!(number(&path(&caught_up, "disk.snapshot.table"), "length"), 20);
    assert!(
        page.journal(&["snapshot"]).contains("resets its state machine to the snapshot up to 20@")
    );
}

#[wasm_bindgen_test]
fn a_message_can_be_held_and_looked_at() {
    let mut page = Page::open("seed 5\nservers 3\nnetwork latency=50ms\n");
    page.advance_to(2.0);
    page.command("start leader x=1");
    page.advance_to(2.01);
    let frame = page.frame();
    let count = number(&frame, "messages.length") as usize;
    let carries = |at: &usize| text(&frame, &format!("messages.{at}.label")) == "1";
    let at = (0..count).find(carries).expect("entry 1 is on its way");
    let id = number(&frame, &format!("messages.{at}.id"));
    page.command(&format!("hold {id}"));
    page.advance_to(2.5);
    let message = page.message(id);
    assert_eq!(text(&message, "view.state"), "held");
    assert_eq!(text(&message, "view.rpc"), "AppendEntries");
    assert_eq!(text(&message, "entries.0.command"), "x=1");
    page.command(&format!("drop {id}"));
    page.advance_to(2.6);
    let lost = page.message(id);
    assert_eq!(text(&lost, "view.state"), "lost");
    let count = number(&lost, "fields.length") as usize;
    let says = (0..count).find(|at| text(&lost, &format!("fields.{at}.name")) == "lost");
    let says = says.map(|at| text(&lost, &format!("fields.{at}.value")));
    assert_eq!(says.as_deref(), Some("dropped by hand"));
}

#[wasm_bindgen_test]
fn every_loss_is_named_and_none_before_it_has_come() {
    let mut page = Page::open("seed 5\nservers 3\ndisk 0s\nnetwork latency=50ms loss=100%\n");
    page.advance_to(0.01);
    page.command("timeout 1");
    page.advance_to(0.011);
    let id = number(&page.frame(), "messages.0.id");
    let named = |page: &Page| {
        let message = page.message(id);
        let count = number(&message, "fields.length") as usize;
        let at = (0..count).find(|at| text(&message, &format!("fields.{at}.name")) == "lost");
        at.map(|at| text(&message, &format!("fields.{at}.value")))
    };
    assert_eq!(named(&page), None, "nobody knows yet that it will be lost");
    page.advance_to(0.1);
    assert_eq!(text(&page.message(id), "view.state"), "lost");
    assert_eq!(named(&page).as_deref(), Some("the network loses it"));
}

#[wasm_bindgen_test]
fn what_is_wrong_is_said_and_changes_nothing() {
    let mut page = Page::open("seed 5\nservers 5\n");
    page.advance_to(1.0);
    let before = text(&page.frame(), "digest");
    for (command, says) in [
        ("crash 9", "there is no server 9: the servers are 1 to 5"),
        ("explode", "`explode` is not a command: they are start, snapshot, crash, restart, "),
        ("restart 1", "S1 is up: only a crashed server can be restarted"),
        ("hold 999999", "there is no message 999999 yet"),
        ("start 1", "something is missing: a command for the service"),
    ] {
        let error = page.refused(command);
        assert!(error.starts_with(says), "{command}: {error}");
    }
    assert_eq!(text(&page.frame(), "digest"), before);
    assert!(Page::refused_text("servers 3\nat 1s crash 4\n").starts_with("line 2: "));
    assert!(Page::refused_text("seed banana").contains("is not a seed"));
}

#[wasm_bindgen_test]
fn a_run_is_rebuilt_from_its_trace() {
    let mut page = Page::open("seed 8\nservers 5\nnetwork lossy\n");
    for second in 1..6 {
        page.advance_to(f64::from(second));
        page.command(&format!("start {second} x={second}"));
    }
    page.command("crash 2");
    page.advance_to(7.0);
    let mut again = Page::open(&page.trace());
    assert_eq!(text(&again.frame(), "digest"), text(&page.frame(), "digest"));
    page.advance_to(9.0);
    again.advance_to(9.0);
    assert_eq!(text(&again.frame(), "digest"), text(&page.frame(), "digest"));
}

#[wasm_bindgen_test]
fn fresh_seeds_come_from_the_browser_and_differ() {
    let seeds: std::collections::BTreeSet<u32> = (0..8)
        .map(|_| raft_wasm_engine::fresh_seed().unwrap_or_else(|_| panic!("no random numbers")))
        .collect();
    assert!(seeds.len() > 1, "{seeds:?}");
}
