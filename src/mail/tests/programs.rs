//! Replies as mail programs in many languages write them: the manager's own text is found, and nothing that they quote.

use super::{QUESTION, REPLY, both, dense, html, mail, plain};

/// What a program writes: its name, the plain form, the form in HTML (empty where it has none), and the signature.
/// `{r}` is the reply and `{q}` what is quoted: `{>}` with `>`, `{r:div}` each line in an element, `{r:br}` with breaks.
type Program = (&'static str, &'static str, &'static str, &'static str);

fn filled(template: &str) -> String {
    let each = |text: &str, start: &str, end: &str| {
        text.lines().map(|line| format!("{start}{line}{end}")).collect::<Vec<_>>().join("\n")
    };
    template
        .replace("{r}", REPLY)
        .replace("{q}", QUESTION)
        .replace("{>}", &each(QUESTION, "> ", ""))
        .replace("{r:div}", &each(REPLY, "<div>", "</div>"))
        .replace("{q:div}", &each(QUESTION, "<div>", "</div>"))
        .replace("{r:p}", &each(REPLY, "<p class=\"MsoNormal\">", "<o:p></o:p></p>"))
        .replace("{q:p}", &each(QUESTION, "<p class=\"MsoNormal\">", "<o:p></o:p></p>"))
        .replace("{r:br}", &each(REPLY, "", "<br>"))
        .replace("{q:br}", &each(QUESTION, "", "<br>"))
}

fn check((name, text, markup, signature): Program) {
    let (text, markup) = (filled(text), filled(markup));
    let mut forms = Vec::new();
    if !text.is_empty() {
        forms.push(plain(&text));
    }
    if !markup.is_empty() {
        forms.push(html(&markup));
    }
    if forms.len() == 2 {
        forms.push(both(&text, &markup));
    }
    for bytes in forms {
        let mail = mail(&bytes);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(mail.own.len(), 1, "{name}\n{:#?}\n{shown}", mail.own);
        let own = &mail.own[0];
        assert!(own.whole.contains("AAAA-BBBB") && mail.text.contains("AAAA-BBBB"), "{name}: what is quoted is shown");
        // In plain text only `-- ` distinguishes a signature from other words.
        let is_marked = shown.contains("text/html") || shown.contains("\n-- \n");
        let (text, rest) = if is_marked { (REPLY.to_owned(), signature) } else { (with(signature), "") };
        assert_eq!(dense(&own.text), text, "{name}\n{shown}");
        assert_eq!(dense(&own.signature), rest, "{name}\n{shown}");
    }
}

fn with(signature: &str) -> String {
    format!("{REPLY}\n{signature}").trim_end().to_owned()
}

#[test]
fn outlook_on_the_desktop() {
    let border = "<html><head><style><!-- p.MsoNormal {margin:0cm;} --></style></head><body lang=EN-GB><div class=WordSection1>\
                  {r:p}<p class=MsoNormal><o:p>&nbsp;</o:p></p><div>\
                  <div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>\
                  <p class=MsoNormal><b><span lang=EN-US>@1:</span></b><span lang=EN-US> Ingrid Solberg &lt;ingrid.solberg@nordvik.example&gt; \
                  <br><b>@2:</b> @D<br><b>@3:</b> Maria Lind &lt;maria.lind@nordvik.example&gt;<br><b>@4:</b> sign-off<o:p></o:p></span></p>\
                  </div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>{q:p}</div></body></html>";
    let plain = "{r}\n\n@1: Ingrid Solberg <ingrid.solberg@nordvik.example> \n@2: @D\n@3: Maria Lind <maria.lind@nordvik.example>\n@4: sign-off\n\n{q}\n";
    let languages = [
        ("Outlook en", ["From", "Sent", "To", "Subject"], "Friday, November 20, 2026 9:14 AM"),
        ("Outlook de", ["Von", "Gesendet", "An", "Betreff"], "Freitag, 20. November 2026 09:14"),
        ("Outlook fr", ["De ", "Envoyé ", "À ", "Objet "], "vendredi 20 novembre 2026 09:14"),
        ("Outlook sv", ["Från", "Skickat", "Till", "Ämne"], "den 20 november 2026 09:14"),
        ("Outlook ja", ["差出人", "送信日時", "宛先", "件名"], "2026年11月20日 9:14"),
        ("Outlook ru", ["От", "Отправлено", "Кому", "Тема"], "20 ноября 2026 г. 9:14"),
        ("Outlook pl", ["Od", "Wysłano", "Do", "Temat"], "piątek, 20 listopada 2026 09:14"),
    ];
    for (name, labels, day) in languages {
        let fill = |template: &str| {
            let all = labels.iter().enumerate();
            all.fold(template.replace("@D", day), |text, (at, label)| text.replace(&format!("@{}", at + 1), label))
        };
        check((name, fill(plain).leak(), fill(border).leak(), ""));
        // Without addresses, as within one organisation; with rules and with marks for bold.
        let nameless: String =
            fill(plain).replace(" <ingrid.solberg@nordvik.example>", "").replace(" <maria.lind@nordvik.example>", "");
        check((name, nameless.clone().leak(), "", ""));
        let bold = nameless.replace(&format!("{}:", labels[0]), &format!("*{}:*", labels[0]));
        check((name, bold.leak(), "", ""));
        check((name, nameless.replace(": ", "：").leak(), "", ""));
        let original = fill(plain).replace("\n\nFrom", "\n\n-----Original Message-----\nFrom");
        check((name, original.leak(), "", ""));
    }
}

const PROGRAMS: [Program; 31] = [
    (
        "Outlook web",
        "{r}\n\nMaria Lind\nNordvik AS\n________________________________\nFrom: Ingrid Solberg <ingrid@nordvik.example>\nSent: 20 November 2026 09:14\nTo: Maria Lind <maria@nordvik.example>\nSubject: sign-off\n\n{q}\n",
        "<div class=\"elementToProof\" style=\"font-family: Aptos; color: rgb(0, 0, 0);\">{r:div}</div><div id=\"Signature\" class=\"elementToProof\"><p>Maria Lind</p><p>Nordvik AS</p></div>\
         <div id=\"appendonsend\"></div><hr style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri\" color=\"#000000\"><b>From:</b> Ingrid<br><b>Sent:</b> 20 November 2026 09:14</font><div>&nbsp;</div></div><div>{q:div}</div>",
        "Maria Lind\nNordvik AS",
    ),
    (
        "Outlook web, read in Outlook",
        "",
        "<div class=\"x_elementToProof\">{r:div}</div><div id=\"x_x_divRplyFwdMsg\"><b>Fra:</b> Ingrid</div><div>{q:div}</div>",
        "",
    ),
    (
        "Outlook iOS",
        "{r}\n\nGet Outlook for iOS\n________________________________\nFrom: Ingrid Solberg <ingrid@nordvik.example>\nSent: Friday, November 20, 2026 9:14:05 AM\nTo: Maria Lind <maria@nordvik.example>\nSubject: sign-off\n\n{q}\n",
        "<div dir=\"ltr\" style=\"font-family: Aptos\">{r:div}</div><div id=\"ms-outlook-mobile-body-separator-line\" dir=\"ltr\"><br></div><div id=\"ms-outlook-mobile-signature\"><div>Get <a href=\"https://aka.ms/o0ukef\">Outlook for iOS</a></div></div>\
         <div id=\"mail-editor-reference-message-container\"><hr><div id=\"divRplyFwdMsg\"><b>From:</b> Ingrid</div>{q:div}</div>",
        "Get Outlook for iOS",
    ),
    (
        "Gmail en",
        "{r}\n\nOn Fri, 20 Nov 2026 at 09:14, Ingrid Solberg <ingrid.solberg@nordvik.example>\nwrote:\n\n{>}\n",
        "<div dir=\"ltr\">{r:div}</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">On Fri, 20 Nov 2026 at 09:14, Ingrid Solberg &lt;<a href=\"mailto:ingrid@nordvik.example\">ingrid@nordvik.example</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">{q:div}</blockquote></div>",
        "",
    ),
    (
        "Gmail es, with a signature",
        "{r}\n\n-- \nMaria Lind\n\nEl vie, 20 nov 2026 a las 9:14, Ingrid Solberg (<ingrid@nordvik.example>)\nescribió:\n\n{>}\n",
        "<div dir=\"ltr\">{r:div}<br><span class=\"gmail_signature_prefix\">-- </span><br><div dir=\"ltr\" class=\"gmail_signature\" data-smartmail=\"gmail_signature\"><div dir=\"ltr\">Maria Lind</div></div></div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">El vie, 20 nov 2026 a las 9:14, Ingrid Solberg escribió:<br></div><blockquote class=\"gmail_quote\">{q:br}</blockquote></div>",
        "Maria Lind",
    ),
    (
        "Gmail app",
        "{r}\n\nOn Fri, 20 Nov 2026, 09:14 Ingrid Solberg, <ingrid@nordvik.example> wrote:\n\n{>}\n",
        "<div dir=\"auto\">{r:div}</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Fri, 20 Nov 2026, 09:14 Ingrid Solberg, wrote:<br></div><blockquote class=\"gmail_quote\">{q:br}</blockquote></div>",
        "",
    ),
    (
        "Gmail, answered below",
        "On Fri, 20 Nov 2026 at 09:14, Ingrid Solberg <ingrid@nordvik.example> wrote:\n\n{>}\n\n{r}\n",
        "<div class=\"gmail_quote\"><div class=\"gmail_attr\">On Fri, 20 Nov 2026 at 09:14, Ingrid wrote:<br></div><blockquote class=\"gmail_quote\">{q:br}</blockquote>{r:div}</div>",
        "",
    ),
    (
        "Gmail zh",
        "{r}\n\nIngrid Solberg <ingrid@nordvik.example> 于2026年11月20日周五 09:14写道：\n\n{>}\n",
        "<div dir=\"ltr\">{r:div}</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">Ingrid 于2026年11月20日周五 09:14写道：<br></div><blockquote>{q:br}</blockquote></div>",
        "",
    ),
    ("Gmail ar", "{r}\n\nفي الجمعة، ٢٠ نوفمبر ٢٠٢٦ في ٩:١٤ ص تمت كتابة ما يلي بواسطة Ingrid:\n\n{>}\n", "", ""),
    (
        "Apple Mail en",
        "{r}\n\n> On 20 Nov 2026, at 09:14, Ingrid Solberg <ingrid@nordvik.example> wrote:\n> \n{>}\n",
        "<html><head></head><body style=\"word-wrap: break-word;\">{r:div}<div><br><blockquote type=\"cite\"><div>On 20 Nov 2026, at 09:14, Ingrid Solberg &lt;ingrid@nordvik.example&gt; wrote:</div><br class=\"Apple-interchange-newline\"><div>{q:div}</div></blockquote></div><br></body></html>",
        "",
    ),
    (
        "Apple Mail de",
        "{r}\n\nVon meinem Mac gesendet\n\nAm 20.11.2026 um 09:14 schrieb Ingrid Solberg <ingrid@nordvik.example>:\n\n{>}\n",
        "<body>{r:div}<div id=\"AppleMailSignature\">Von meinem Mac gesendet</div><div><br><blockquote type=\"cite\"><div>Am 20.11.2026 um 09:14 schrieb Ingrid:</div>{q:div}</blockquote></div></body>",
        "Von meinem Mac gesendet",
    ),
    (
        "iOS Mail",
        "{r}\n\nSent from my iPhone\n\n> On 20 Nov 2026, at 09:14, Ingrid Solberg <ingrid@nordvik.example> wrote:\n> \n{>}\n",
        "<body dir=\"auto\">{r:div}<br id=\"lineBreakAtBeginningOfSignature\"><div dir=\"ltr\">Sent from my iPhone</div><div dir=\"ltr\"><br><blockquote type=\"cite\">On 20 Nov 2026, at 09:14, Ingrid Solberg wrote:<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">{q:div}</div></blockquote></body>",
        "Sent from my iPhone",
    ),
    (
        "Thunderbird en",
        "On 20/11/2026 09:14, Ingrid Solberg wrote:\n{>}\n\n{r}\n\n-- \nMaria\n",
        "<body><div class=\"moz-cite-prefix\">On 20/11/2026 09:14, Ingrid Solberg wrote:<br></div><blockquote type=\"cite\" cite=\"mid:1@x\">{q:br}</blockquote><p>{r:br}</p><pre class=\"moz-signature\" cols=\"72\">-- \nMaria</pre></body>",
        "Maria",
    ),
    (
        "Thunderbird fi",
        "{r}\n\nIngrid Solberg kirjoitti 20.11.2026 klo 9.14:\n{>}\n",
        "<body><p>{r:br}</p><div class=\"moz-cite-prefix\">Ingrid Solberg kirjoitti 20.11.2026 klo 9.14:<br></div><blockquote type=\"cite\">{q:br}</blockquote></body>",
        "",
    ),
    (
        "Yahoo",
        " {r}\n\n    On Friday, November 20, 2026 at 09:14:05 AM GMT+1, Ingrid Solberg <ingrid@nordvik.example> wrote:  \n \n {q}\n",
        "<html><head></head><body><div class=\"ydp1yahoo-style-wrap\"><div dir=\"ltr\">{r:div}</div></div><div id=\"yahoo_quoted_123\" class=\"yahoo_quoted\"><div>On Friday, November 20, 2026 at 09:14:05 AM GMT+1, Ingrid wrote:</div><div>{q:br}</div></div></body></html>",
        "",
    ),
    (
        "ProtonMail",
        "{r}\n\nSent with Proton Mail secure email.\n\nOn Friday, November 20th, 2026 at 09:14, Ingrid Solberg <ingrid@nordvik.example> wrote:\n\n{>}\n",
        "<div>{r:div}</div><div class=\"protonmail_signature_block\"><div class=\"protonmail_signature_block-proton\">Sent with Proton Mail secure email.</div></div><div class=\"protonmail_quote\">On Friday, November 20th, 2026 at 09:14, Ingrid wrote:<br><blockquote class=\"protonmail_quote\" type=\"cite\">{q:br}</blockquote></div>",
        "Sent with Proton Mail secure email.",
    ),
    (
        "GMX and web.de",
        "{r}\n\nGesendet: Freitag, 20. November 2026 um 09:14 Uhr\nVon: \"Ingrid Solberg\" <ingrid@nordvik.example>\nAn: maria@nordvik.example\nBetreff: sign-off\n\n{q}\n",
        "<html><body><div style=\"font-family: Verdana;\">{r:div}<div>&nbsp;<div name=\"quote\" style=\"margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;\"><div style=\"margin:0 0 10px 0;\"><b>Gesendet:</b>&nbsp;Freitag, 20. November 2026 um 09:14 Uhr<br/><b>Von:</b>&nbsp;Ingrid</div><div name=\"quoted-content\">{q:br}</div></div></div></div></body></html>",
        "",
    ),
    (
        "Lotus Notes",
        "{r}\n\n\n\nFrom:\tIngrid Solberg/Nordvik\nTo:\tMaria Lind/Nordvik@Nordvik\nDate:\t20.11.2026 09:14\nSubject:\tsign-off\n\n\n\n{q}\n",
        "<font size=2 face=\"sans-serif\">{r:br}</font><br><br><table width=100%><tr><td><font color=#5f5f5f>Von:</font><td><font>Ingrid Solberg/Nordvik</font><tr><td>An:<td>Maria Lind/Nordvik<tr><td>Datum:<td>20.11.2026 09:14</table><hr noshade><br>{q:br}",
        "",
    ),
    (
        "Lotus Notes 8",
        "{r}\n\n\n\nIngrid Solberg <ingrid@nordvik.example> \n20.11.2026 09:14\n\nAn\nMaria Lind\nKopie\n\nThema\nsign-off\n\n{q}\n",
        "",
        "",
    ),
    (
        "HCL Notes",
        "{r}\n\n-----\"Ingrid Solberg\" <ingrid@nordvik.example> schrieb: -----\nAn: Maria Lind\nVon: Ingrid\n\n{q}\n",
        "",
        "",
    ),
    (
        "Zimbra",
        "{r}\n\nMaria Lind\n\n----- Original Message -----\nFrom: \"Ingrid Solberg\" <ingrid@nordvik.example>\nTo: \"Maria\" <maria@nordvik.example>\nSent: Friday, November 20, 2026 9:14:05 AM\nSubject: sign-off\n\n{q}\n",
        "<html><body><div style=\"font-family: arial\">{r:div}<div><br></div><div data-marker=\"__SIG_POST__\">Maria Lind</div><hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><div data-marker=\"__HEADERS__\"><b>From: </b>\"Ingrid\"<br></div><div data-marker=\"__QUOTED_TEXT__\">{q:div}</div></div></body></html>",
        "Maria Lind",
    ),
    (
        "QQ zh",
        "{r}\n\n\n------------------ 原始邮件 ------------------\n发件人: \"Ingrid\" <ingrid@nordvik.example>;\n发送时间: 2026年11月20日(星期五) 上午9:14\n收件人: \"Maria\"<maria@nordvik.example>;\n主题: sign-off\n\n{q}\n",
        "<div>{r:div}</div><div><!--emptysign--></div><div style=\"position: relative;\"><div style=\"font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;\">------------------&nbsp;原始邮件&nbsp;------------------</div><div style=\"font-size: 12px;background:#efefef;padding:8px;\"><div><b>发件人:</b>&nbsp;\"Ingrid\"</div></div>{q:div}</div>",
        "",
    ),
    (
        "K-9",
        "{r}\n\n\n-------- Ursprüngliche Nachricht --------\nVon: Ingrid Solberg <ingrid@nordvik.example>\nGesendet: 20. November 2026 09:14:05 MEZ\n\n{q}\n",
        "<!DOCTYPE html><html><body><div dir=\"auto\">{r:br}</div><br><br><div class=\"gmail_quote\"><div dir=\"auto\">Am 20. November 2026 09:14:05 MEZ schrieb Ingrid Solberg &lt;ingrid@nordvik.example&gt;:</div><blockquote class=\"gmail_quote\"><pre>{q}</pre></blockquote></div></body></html>",
        "",
    ),
    ("Samsung", "{r}\n\n-------- Original message --------\nFra: Ingrid\n{q}\n", "", ""),
    (
        "Zoho",
        "{r}\n\n\n---- On Fri, 20 Nov 2026 09:14:05 +0100 Ingrid <ingrid@nordvik.example> wrote ----\n\n{q}\n",
        "<div>{r:div}</div><div class=\"zmail_extra_hr\"></div><div class=\"zmail_extra\"><div>---- On Fri wrote ----</div><blockquote>{q:br}</blockquote></div>",
        "",
    ),
    (
        "Spark",
        "{r}\nOn 20. Nov 2026 at 09:14 +0100, Ingrid <ingrid@nordvik.example>, wrote:\n{>}\n",
        "<html><body><div name=\"messageBodySection\"><div>{r:br}</div></div><div name=\"messageReplySection\">On 20. Nov 2026, Ingrid wrote:<br/><blockquote type=\"cite\">{q:br}</blockquote></div></body></html>",
        "",
    ),
    ("Roundcube", "On 2026-11-20 09:14, Ingrid Solberg wrote:\n\n{>}\n\n{r}\n", "", ""),
    (
        "Tutanota",
        "",
        "<div>{r:div}</div><br>20 Nov 2026, 09:14 by ingrid@nordvik.example:<br><blockquote class=\"tutanota_quote\">{q:br}</blockquote>",
        "",
    ),
    ("mutt", "On Fri, Nov 20, 2026 at 09:14:05AM +0100, Ingrid Solberg wrote:\n{>}\n{r}\n\n-- \nMaria\n", "", "Maria"),
    ("no prefix, no header", "{r}\n\nOn Friday Ann <a@b.example> wrote:\n\n{q}\n", "", ""),
    ("Hungarian", "{r}\n\nIngrid Solberg ezt írta (időpont: 2026. nov. 20., P, 9:14):\n\n{q}\n", "", ""),
];

#[test]
fn other_programs() {
    let failed: Vec<&str> =
        PROGRAMS.into_iter().filter(|it| std::panic::catch_unwind(|| check(*it)).is_err()).map(|it| it.0).collect();
    assert!(failed.is_empty(), "{failed:?}");
}
