import Testing

/// The scanner itself: what is code, what is a comment, what is a string.
@Suite struct SwiftCodeTests {
    @Test(arguments: [
        ("a comment ends with its line", "a // b\nc", "a \nc"),
        ("block comments nest and keep their lines", "a /* b\n/* c */ d\n*/ e", "a \n\n e"),
        ("a string is emptied", #"f("// not a comment", x)"#, #"f("", x)"#),
        ("an escaped quotation mark does not end it", #"f("a\"b", x)"#, #"f("", x)"#),
        ("an escaped backslash does", #"f("a\\", x)"#, #"f("", x)"#),
        ("interpolated code stays", #"f("a \(g(1)) b")"#, #"f("(g(1))")"#),
        ("strings nest in interpolations", #"f("a \(g("b)", c)) d")"#, #"f("(g("", c))")"#),
        ("comments in interpolations go", #"f("\(a /* b */)")"#, #"f("(a )")"#),
        ("a raw string has its own escape", ##"f(#"a "b" \(c) \#(d)"#)"##, ##"f(#"(d)"#)"##),
        ("lines of a long string are kept", "f(\"\"\"\n  a \"b\"\n  \"\"\")", "f(\"\"\"\n\n\"\"\")"),
        ("directives are code", "#if os(Linux)\n#endif", "#if os(Linux)\n#endif"),
        ("text that is cut off ends", "f(\"a", "f(\""),
    ])
    func strip(requirement: String, source: String, expected: String) {
        #expect(SwiftCode(source).text == expected, "\(requirement)")
    }

    @Test func `strings can be kept while comments go`() {
        #expect(SwiftCode("f(\"a // b\")  // c", keepingStrings: true).text == "f(\"a // b\")  ")
    }

    @Test func `rules report the line on which a match begins`() throws {
        #expect(try Rule("b+", "").lines(in: "a\nbb\n\nb b") == [2, 4, 4])
    }
}
