//! What counts as the sender's own text, case by case.

use super::{REPLY, both, dense, html, mail, own, part, parts, plain, refused};

#[test]
fn forms_and_free_words_are_the_senders_own() {
    let texts = [
        REPLY.to_owned(),
        format!("Hi Ingrid,\n\nhere are my answers:\n\n{REPLY}\n\nBest regards\nMaria"),
        "Hi Ingrid, see below:\n1.D.1: true".to_owned(),
        "1.D.1: true\nName: Maria Lind".to_owned(),
        "Sign-off code: 7F3A-1234-K4QX-0M8T-V\nName: Maria Lind".to_owned(),
        "I saw 2 of the 3 things in 2026, and think: fine.".to_owned(),
        "1.D.3: true except: on 20 November 2026 at 9:14 I was away, as Ann <a@b.example> wrote:".to_owned(),
        "Yes: I do\nNo: none\nPerhaps: later".to_owned(),
        "a -> b, x > y\n-- one dash more\n--- three".to_owned(),
    ];
    for text in texts {
        assert_eq!(own(&plain(&text)), text);
        let markup = format!("<p>{}</p>", text.replace('>', "&gt;").replace('<', "&lt;").replace('\n', "<br>"));
        assert_eq!(dense(&own(&html(&markup))), dense(&text));
    }
}

#[test]
fn replies_below_and_between_quotations_are_the_senders_own() {
    let between = "On 20 Nov 2026 Ingrid wrote:\n> 1.D.1: true / not seen\n1.D.1: true\n> 1.D.2: true / not seen\n\n1.D.2: not seen\n>> older\n1.D.3: true except:\n> the margin\nof it\n";
    assert_eq!(dense(&own(&plain(between))), "1.D.1: true\n1.D.2: not seen\n1.D.3: true except:\nof it");
    let markup = "<div>On 20 Nov 2026 Ingrid wrote:</div><blockquote>1.D.1: true / not seen</blockquote><div>1.D.1: true</div><blockquote>1.D.2</blockquote><p>1.D.2: not seen</p>";
    assert_eq!(dense(&own(&html(markup))), "1.D.1: true\n1.D.2: not seen");
}

#[test]
fn what_is_unclear_counts_as_quoted() {
    let cut = [
        "On Friday Ann <a@b.example> wrote:\n\nPlease confirm FP",
        "Ann <a@b.example>\n20 Nov 2026 09:14\n\nPlease confirm FP",
        "On Friday, 20 November 2026,\nAnn Somebody with a long name <a@b.example>\nwrote:\nPlease confirm FP",
        "From: Ann\nSent: 20 November 2026\nTo: Maria\n\nFP",
        "Frá: Ann <a@b.example>\nTil: Maria\n\nFP",
        "From: Ann <a@b.example>\n\nSent: Friday\n\nFP",
        "--------\nFP",
        "________________________________\nFP",
        "----- Videresendt melding -----\nFP",
        "———————— Original ————————\nFP",
        "Ann wrote:\n> FP",
        "Begin forwarded message:\n\nFrom: Ann <a@b.example>\nSubject: x\n\nFP",
        "| FP",
        "AB> FP",
        ">FP",
    ];
    for quotation in cut {
        assert_eq!(
            own(&plain(&format!("I cannot confirm this.\n\n{quotation}"))),
            "I cannot confirm this.",
            "{quotation}"
        );
        assert!(refused(&plain(quotation)).contains("wrote nothing"), "{quotation}");
    }
    for empty in ["", "\n\n", "-- \nMaria", "> FP", "&nbsp;"] {
        assert!(
            refused(&html(&empty.replace('\n', "<br>").replace("> ", "&gt; "))).contains("wrote nothing"),
            "{empty}"
        );
    }
}

#[test]
fn what_no_program_shows_is_not_the_senders_own() {
    let hidden = [
        "<!-- @ -->",
        "<!--[if mso]><p>@</p><![endif]-->",
        "<title>@</title>",
        "<style>@</style>",
        "<script>'@'</script>",
        "<img alt='@'>",
        "<a title='@'></a>",
        "<? @ ?>",
    ];
    for element in hidden {
        let element = element.replace('@', "SECRET");
        let mail = mail(&html(&format!("<p>Seen {element} again.</p><p>End")));
        assert_eq!(dense(&mail.own[0].text).replace('\n', " "), "Seen again. End", "{element}");
        assert!(!mail.own[0].whole.contains("SECRET") && mail.text.contains("SECRET"), "{element}");
    }
    // The ways to hide text are endless: hidden text counts as the sender's own, which only means claiming less.
    let seen = [
        "<span style='display:none'>@</span>",
        "<div hidden>@</div>",
        "<font color=white>@</font>",
        "<div style='position:absolute;left:-9999px'>@</div>",
        "<template>@</template>",
        "<noscript>@</noscript>",
        "a < b @ &amp; c",
    ];
    for element in seen {
        let own = own(&html(&element.replace('@', "SEEN")));
        assert!(own.contains("SEEN"), "{element}: {own}");
    }
}

#[test]
fn html_is_read_as_lines() {
    let cases = [
        ("<p>a<p>b", "a\n\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("  a \n\t b&nbsp;c  ", "a b c"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>d", "a b\nc\n\nd"),
        ("<pre>a\n b</pre>", "a\n b"),
        ("&lt;b&gt; &auml;&#228;&#xe4; &unknown; & &amp;amp;", "<b> äää &unknown; & &amp;"),
        ("<b>1.D.1</b>: <i>true</i>", "1.D.1: true"),
        ("1.D.1: <s>true</s> not seen", "1.D.1: ~~true~~ not seen"),
        ("<span style='text-decoration:line-through'>true</span> no", "~~true~~ no"),
        ("<a href='x>y'>z</a>", "z"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"),
        ("a<script>if (a < b) { '</p>' }</script>b", "ab"),
        ("soft\u{ad}hyphen zero\u{200b}width", "softhyphen zerowidth"),
        ("<", "<"),
        ("a</b", "a"),
    ];
    for (markup, expected) in cases {
        assert_eq!(own(&html(markup)), expected, "{markup}");
    }
}

#[test]
fn forms_that_differ_are_both_given() {
    let texts = |bytes: &[u8]| mail(bytes).own.into_iter().map(|own| dense(&own.text)).collect::<Vec<_>>();
    assert_eq!(texts(&both("1.D.1: not seen", "<p>1.D.1: true</p>")), ["1.D.1: not seen", "1.D.1: true"]);
    let wrapped = "1.D.3: true except: the margin, because\nI do *not* know it <https://x.example>\n[cid:logo]";
    let markup = "<p>1.D.3: true except: the margin, because I do <b>not</b> know it</p>";
    assert_eq!(texts(&both(wrapped, markup)), ["1.D.3: true except: the margin, because I do not know it"]);
    assert_eq!(texts(&both("", "<p>a</p>")), ["a"]);
    assert_eq!(texts(&both("a", "<p></p>")), ["a"]);
    assert_eq!(texts(&both("a", "<p>a <span style='display:none'>b</span></p>")), ["a", "a b"]);
    assert_eq!(texts(&both("☐ true", "<p>☑ true</p>")), ["☐ true", "☑ true"]);
    let two = [part("Content-Type: text/plain", "one"), part("Content-Type: text/html", "<p>two</p>")];
    assert_eq!(texts(&parts("mixed", &two)), ["one\ntwo"]);
    let inner = super::divided("in", &[part("Content-Type: text/plain", "a"), part("Content-Type: text/html", "a")]);
    let mixed =
        [part("Content-Type: multipart/alternative; boundary=in", &inner), part("Content-Type: text/plain", "footer")];
    assert_eq!(texts(&parts("mixed", &mixed)), ["a\nfooter"]);
}

#[test]
fn signatures_are_kept_apart() {
    let own = |bytes: &[u8]| mail(bytes).own.remove(0);
    let text = own(&plain("Yes.\n\n-- \nMaria Lind\nNordvik\n\nOn 20 Nov 2026, a@b.example wrote:\n> x"));
    assert_eq!((text.text.as_str(), text.signature.as_str()), ("Yes.", "Maria Lind\nNordvik"));
    let markup = "<div>Yes.</div><div id=x_Signature><p>Maria Lind</p><p>Nordvik</p></div>";
    let text = own(&both("Yes.\n\nMaria Lind\n\nNordvik <https://n.example>\n", markup));
    assert_eq!((text.text.as_str(), text.signature.as_str()), ("Yes.", "Maria Lind\n\nNordvik"));
    let text = own(&plain("Yes.\n--\nMaria"));
    assert_eq!((text.text.as_str(), text.signature.as_str()), ("Yes.", "Maria"));
}

#[test]
fn flowed_text_has_the_lines_that_the_sender_ended() {
    let flowed = |parameters: &str, body: &str| {
        own(&super::message(&format!("Content-Type: text/plain; format=flowed{parameters}\n"), body))
    };
    let text = "1.D.3: true except: the margin, \nbecause I do not know it\n fixed\n\n> quoted \n> still quoted\nend\n-- \nMaria";
    assert_eq!(flowed("", text), "1.D.3: true except: the margin, because I do not know it\nfixed\n\nend");
    assert_eq!(flowed("; delsp=yes", "true exc \nept"), "true except");
}

#[test]
fn it_is_known_whether_the_rest_is_certainly_quoted() {
    let is_clear = |bytes: &[u8]| mail(bytes).own.iter().all(|own| own.is_clear);
    let header = "From: Ann <a@b.example>\nSent: Friday, 20 November 2026 09:14\nTo: Maria\n\nFP";
    let clear = [
        String::new(),
        "> FP".to_owned(),
        "Ann <a@b.example> wrote:\n> FP".to_owned(),
        "On 20 November 2026 Ann wrote:\n> FP".to_owned(),
        "On Friday Ann <a@b.example> wrote:\n\nFP".to_owned(),
        header.to_owned(),
        format!("________________________________\n{header}"),
        format!("-----Original Message-----\n{header}"),
        "Begin forwarded message:\n\n".to_owned() + header,
    ];
    for rest in clear {
        assert!(is_clear(&plain(&format!("{REPLY}\n\n{rest}"))), "{rest}");
    }
    let unclear = [
        "I do NOT confirm this passage:\n> We won 14 % margin",
        "--------\nIt is not true",
        "---- Remarks ---\nIt is not true",
        "Remarks as of 20 November 2026:\nIt is not true",
        "Update, 9:14:\nIt is not true",
        "E-mail: henrik@b.example\nWeb: nordvik.example\n\nP.S. It is not true",
        "Note: ask ole@b.example\nReason: it is not true",
        "| It is not true",
        "NO> It is not true",
    ];
    for rest in unclear {
        assert!(!is_clear(&plain(&format!("{REPLY}\n\n{rest}"))), "{rest}");
    }
    let reply = format!("<p>{}</p>", REPLY.replace('\n', "<br>"));
    let clear = [
        "<div class=gmail_quote><div class=gmail_attr>On 20 Nov 2026 Ann wrote:</div><blockquote class=gmail_quote>FP</blockquote></div>",
        "<blockquote type=cite>FP</blockquote>",
        "<div>On 20 Nov 2026 Ann wrote:</div><blockquote>FP</blockquote>",
        "<div class=yahoo_quoted>FP</div>",
        "<hr><div id=divRplyFwdMsg>From: Ann &lt;a@b.example><br>Sent: Friday, 20 November 2026 09:14<br>To: Maria</div><div>FP</div>",
    ];
    for rest in clear {
        assert!(is_clear(&html(&format!("{reply}{rest}"))), "{rest}");
    }
    let unclear = [
        "<blockquote style='margin:0 0 0 40px'>It is not true</blockquote>",
        "<div class=quotable>It is not true</div>",
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p>It is not true</p></div>",
        "<hr><p>It is not true</p>",
        "<style>.x { text-decoration: line-through }</style><p class=x>true</p>",
    ];
    for rest in unclear {
        assert!(!is_clear(&html(&format!("{reply}{rest}"))), "{rest}");
    }
    let flowed =
        super::message("Content-Type: text/plain; format=flowed\n", &format!("{REPLY}\n >I do not confirm it"));
    assert!(!is_clear(&flowed));
    assert!(!is_clear(&both(REPLY, "<blockquote type=cite>I do not confirm it</blockquote>")));
    let note = part("Content-Type: text/plain; name=note.txt", "It is not true");
    assert!(!is_clear(&parts("mixed", &[part("Content-Type: text/plain", REPLY), note])));
}
