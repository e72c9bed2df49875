import Testing

/// The reader that judges pages finds what it is for.
@Suite struct TagBalanceTests {
    @Test(arguments: [
        ("<p>a<br>b</p>", false), ("<svg><path d=\"M0 0z\"/></svg>", false),
        ("<!DOCTYPE html><a b=\"x > y\">c</a>", false),
        ("<script>if (a < b) { c(\"</p>\") }</script>", false), ("<p>", true), ("<p></b></p>", true),
        ("<p a=b>c</p>", true),
        ("<p a=\"1\" a=\"2\">c</p>", true), ("<p title=\"x>y</p>", true),
    ])
    func `problems are found and nothing else`(page: String, isBroken: Bool) {
        let balance = TagBalance(page)
        #expect(balance.problems.isEmpty != isBroken, "\(page): \(balance.problems)")
    }

    @Test func `attributes are read`() throws {
        let tag = try #require(TagBalance("<input type=\"radio\" name=\"a b\" checked>").tags.first)
        #expect(tag.name == "input" && tag.attributes.map(\.name) == ["type", "name", "checked"])
        #expect(tag.attributes.map(\.value) == ["radio", "a b", ""])
    }
}
