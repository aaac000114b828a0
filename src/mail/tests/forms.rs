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
fn what_is_not_seen_is_not_the_senders_own() {
    let hidden = [
        "<span style='display:none'>@</span>",
        "<div style=\"DISPLAY: None !important\"><p>@</p></div>",
        "<div hidden>@</div>",
        "<span style='font-size:0'>@</span>",
        "<span style='font-size:1px;color:red'>@</span>",
        "<font color=white>@</font>",
        "<span style='color:#fff'>@</span>",
        "<span style='color: rgb(254, 254, 254)'>@</span>",
        "<div style='background:#000'><span style='color:#000000'>@</span></div>",
        "<span style='color:transparent'>@</span>",
        "<span style='visibility:hidden'>@</span>",
        "<span style='opacity:0'>@</span>",
        "<div style='max-height:0px;overflow:hidden'>@</div>",
        "<div style='position:absolute;left:-9999px'>@</div>",
        "<div style='text-indent:-5000px'>@</div>",
        "<p style='mso-hide:all'>@</p>",
        "<!-- @ -->",
        "<!--[if mso]><p>@</p><![endif]-->",
        "<title>@</title>",
        "<style>@</style>",
        "<script>'@'</script>",
        "<template>@</template>",
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
    let seen = [
        "<td style='font-size:0'><div style='font-size:12pt'>@</div></td>",
        "<div style='background-color:#003366'><font color='#ffffff'>@</font></div>",
        "<span style='color:windowtext;background:white'>@</span>",
        "<span style='visibility:hidden'><b style='visibility:visible'>@</b></span>",
        "<table bgcolor=navy><tr><td style='color:white'>@</table>",
        "<p style='display:none'>x<p>@",
        "<span style='font: 12px/1.5 Arial'>@</span>",
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
    assert_eq!(texts(&both("a", "<p>a <span style='display:none'>b</span></p>")), ["a"]);
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
