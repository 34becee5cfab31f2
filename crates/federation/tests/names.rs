//! Name servers that fail, lie and change their minds: the one of this test, in a network of its own.
//!
//! The test calls itself in a network namespace where it may be the name server of the machine (`man 7
//! network_namespaces`), and where public addresses are its own.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::clock::SteppedClock;
use domain::delivery::Cause;
use federation::activities::create;
use jiff::SignedDuration;
use storage::lanes;
use support::door::{Door, Lock, pem};
use support::{TestQuarter, clock, follow_from, note, until, until_tried};
use tokio::net::UdpSocket;

/// Set where the test has called itself.
const INSIDE: &str = "QUARTIER_TEST_INSIDE";
/// Makes the network: two public addresses, and a piece of IPv6 that swallows everything.
const NETWORK: &str = r#"
set -e
ip link set lo up
ip addr add 9.9.9.9/32 dev lo
ip addr add 8.8.4.4/32 dev lo
ip -6 route add 2a01:4f8::/32 dev lo 2>/dev/null || true
mount --bind "$1" /etc/resolv.conf
"#;
const HOME: Ipv4Addr = Ipv4Addr::new(9, 9, 9, 9);
const NEW_HOME: Ipv4Addr = Ipv4Addr::new(8, 8, 4, 4);
/// `2a01:4f8::1`, which is nobody here.
const NOWHERE: [u8; 16] = [0x2a, 1, 4, 0xf8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// What the name server says of a name.
#[derive(Clone, Copy, Debug)]
enum Word {
    At(Ipv4Addr),
    /// At an address of IPv6 that leads nowhere, and at one of IPv4.
    AtBoth(Ipv4Addr),
    /// NXDOMAIN (3), SERVFAIL (2).
    Refusal(u8),
    Nothing,
}

/// The name server: what it says by the first part of the name.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<HashMap<String, Word>>>);

impl Names {
    async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:53").await.expect("the port of name servers");
        let names = Self::default();
        let own = names.clone();
        tokio::spawn(async move {
            let mut question = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut question).await {
                if let Some(answer) = own.answer(&question[..length]) {
                    // Who asked may have given up.
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        names
    }

    fn say(&self, name: &str, word: Word) {
        self.0.lock().expect("a lock").insert(name.to_owned(), word);
    }

    /// The answer to one question (RFC 1035 section 4), if there is one.
    fn answer(&self, question: &[u8]) -> Option<Vec<u8>> {
        let length = usize::from(*question.get(12)?);
        let name = String::from_utf8_lossy(question.get(13..13 + length)?).to_lowercase();
        let end = 12 + question.get(12..)?.iter().position(|byte| *byte == 0)? + 5;
        let is_six = question.get(end - 4..end - 2)? == [0, 28];
        let word = self.0.lock().expect("a lock").get(&name).copied()?;
        let (code, address): (u8, Option<Vec<u8>>) = match (word, is_six) {
            (Word::Nothing, _) => return None,
            (Word::Refusal(code), _) => (code, None),
            (Word::At(address) | Word::AtBoth(address), false) => (0, Some(address.octets().to_vec())),
            (Word::AtBoth(_), true) => (0, Some(NOWHERE.to_vec())),
            (Word::At(_), true) => (0, None),
        };
        let mut answer = question[..2].to_vec();
        answer.extend([0x81, 0x80 | code, 0, 1, 0, u8::from(address.is_some()), 0, 0, 0, 0]);
        answer.extend(&question[12..end]);
        if let Some(address) = address {
            let kind = if is_six { 28 } else { 1 };
            answer.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 0, 0, u8::try_from(address.len()).ok()?]);
            answer.extend(address);
        }
        Some(answer)
    }
}

/// A quarter that is followed from `NAME.fern.example`, and the server there.
async fn followed(name: &str, clock: &SteppedClock) -> (TestQuarter, Door) {
    let authority = (storage::testing::sqlite(), Some(pem("authority")));
    let quarter = TestQuarter::trusting("nord", clock, authority, |_| {}).await;
    let door = Door::at("0.0.0.0:0", Lock::Certificate("good")).await;
    follow_from(&quarter, &format!("https://{name}.fern.example:{}", door.port)).await;
    (quarter, door)
}

async fn publish(quarter: &TestQuarter) {
    create::post(&quarter.instance, quarter.instance.quarter(), note("Guten Morgen")).await.expect("a post");
}

async fn lane(quarter: &TestQuarter) -> lanes::Status {
    lanes::status(&mut quarter.read().await).await.expect("lanes").remove(0)
}

async fn what_cannot_be_looked_up_is_tried_again(names: &Names, name: &str, word: Word) {
    let clock = clock();
    names.say(name, word);
    let (quarter, door) = followed(name, &clock).await;
    publish(&quarter).await;
    for failures in 1..3 {
        until("it has failed", async || lane(&quarter).await.failures >= failures).await;
        clock.step(SignedDuration::from_mins(1));
    }
    let found = lane(&quarter).await;
    assert_eq!((found.waiting, found.failed), (1, 0), "{name}: it is tried again");
    assert_eq!(Cause::of(&found.error.expect("words")), Cause::Name, "{name}");
    names.say(name, Word::At(HOME));
    until_tried(&quarter, &clock, "it is there", || door.said().len() == 1).await;
}

async fn a_private_address_is_not_called(names: &Names) {
    names.say("private", Word::At(Ipv4Addr::new(10, 0, 0, 1)));
    let (quarter, door) = followed("private", &clock()).await;
    publish(&quarter).await;
    until("it is set aside", async || lane(&quarter).await.failed == 1).await;
    assert!(door.addresses().is_empty());
}

async fn where_the_new_protocol_is_broken_the_old_one_is_taken(names: &Names) {
    names.say("both", Word::AtBoth(HOME));
    let (quarter, door) = followed("both", &clock()).await;
    let began = Instant::now();
    publish(&quarter).await;
    until("it is there", async || door.said().len() == 1).await;
    assert!(began.elapsed() < Duration::from_secs(5), "that took {:?}", began.elapsed());
    assert_eq!(lane(&quarter).await.failures, 0);
}

async fn who_has_moved_is_found(names: &Names) {
    names.say("moved", Word::At(HOME));
    let (quarter, door) = followed("moved", &clock()).await;
    publish(&quarter).await;
    until("it is there", async || door.said().len() == 1).await;
    names.say("moved", Word::At(NEW_HOME));
    publish(&quarter).await;
    until("that too", async || door.said().len() == 2).await;
    let called: Vec<_> = door.addresses().iter().map(std::net::SocketAddr::ip).collect();
    assert_eq!(called, [HOME, NEW_HOME]);
}

/// This test once more in a network of its own; `false` where none can be made.
fn ran_inside(name: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let servers = folder.path().join("resolv.conf");
    std::fs::write(&servers, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n").expect("a file");
    let shell = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--net", "--mount", "sh", "-c", script]).arg(std::env::current_exe().expect("this program"));
        command.arg(&servers).arg(name);
        command
    };
    let works = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    if !works(&mut shell(NETWORK)) {
        let may = std::env::var("CI").as_deref() == Ok("true") && works(&mut shell("true"));
        assert!(!may, "a network of its own can be made, but not one as this test needs it");
        return false;
    }
    let script = format!("{NETWORK} exec \"$0\" --exact \"$2\" --nocapture");
    assert!(shell(&script).env(INSIDE, "1").status().expect("a program").success(), "it failed inside");
    true
}

#[tokio::test]
async fn p_17_name_servers_that_fail_or_lie_lose_nothing_and_lead_nowhere_private() {
    if std::env::var_os(INSIDE).is_none() {
        let name = "p_17_name_servers_that_fail_or_lie_lose_nothing_and_lead_nowhere_private";
        if !ran_inside(name) {
            println!("SKIPPED: no network of its own can be made here.");
        }
        return;
    }
    let names = Names::start().await;
    what_cannot_be_looked_up_is_tried_again(&names, "nxdomain", Word::Refusal(3)).await;
    what_cannot_be_looked_up_is_tried_again(&names, "servfail", Word::Refusal(2)).await;
    what_cannot_be_looked_up_is_tried_again(&names, "silent", Word::Nothing).await;
    a_private_address_is_not_called(&names).await;
    where_the_new_protocol_is_broken_the_old_one_is_taken(&names).await;
    who_has_moved_is_found(&names).await;
}
