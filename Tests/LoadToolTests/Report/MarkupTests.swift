import Testing

@testable import LoadTool

@Suite struct MarkupTests {
    @Test(arguments: [
        ("tags", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("both quotes", "\" onload='x'", "&quot; onload=&#39;x&#39;"),
        ("what is escaped already is text too", "&lt;", "&amp;lt;"),
        (
            "control characters are shown as unknown", "a\u{0}b\u{1B}c\u{7F}\u{85}",
            "a\u{FFFD}b\u{FFFD}c\u{FFFD}\u{FFFD}"
        ),
        ("nothing turns the text around", "a\u{202E}b\u{2066}c", "a\u{FFFD}b\u{FFFD}c"),
        ("lines and tabs stay", "a\n\tb", "a\n\tb"),
        ("other languages stay", "模型 🦊 é", "模型 🦊 é"),
    ])
    func escape(requirement: String, text: String, expected: String) {
        let markup: Markup = "<b title=\"\(text)\">\(text)</b>"
        #expect(markup.text == "<b title=\"\(expected)\">\(expected)</b>", "\(requirement)")
    }

    @Test func `markup in markup is not escaped twice`() {
        let inner: Markup = "<i>\("a & b")</i>"
        let outer: Markup = "<p>\(inner)\([inner, inner])\(3)</p>"
        #expect(outer.text == "<p><i>a &amp; b</i><i>a &amp; b</i><i>a &amp; b</i>3</p>")
    }
}
