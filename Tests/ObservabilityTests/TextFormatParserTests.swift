import Testing

@Suite struct TextFormatParserTests {
    static let head = "# HELP a A.\n# TYPE a gauge\n"
    static let histogram = "# HELP a A.\n# TYPE a histogram\n"

    @Test(
        "the oracle refuses what is not the format",
        arguments: [
            "a 1\n", head, head + "a 1", head + "b 1\n", head + "a 1\na 2\n", head + "a{x=\"1\"} 1 \n",
            head + "a{x=1} 1\n", head + "a{x=\"1\" 1\n", head + "a{1x=\"1\"} 1\n", head + "a{x=\"\\t\"} 1\n",
            head + "a one\n", head + "a{x=\"1\",x=\"2\"} 1\n", head + "\n", head + head + "a 1\n",
            "# HELP a A.\na 1\n", histogram + "a_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
            histogram + "a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
            histogram + "a_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n",
            histogram + "a_bucket{le=\"+Inf\"} 1\na_count 1\n",
        ]
    )
    func refuses(text: String) {
        #expect(throws: TextFormatParser.Failure.self) { try TextFormatParser(text) }
    }

    @Test("the oracle reads labels back")
    func reads() throws {
        let families = try TextFormatParser(Self.head + "a{x=\"q\\\"\\\\\\n}\",y=\"\"} -1.5e-07\n").families
        #expect(families["a"]?.value(["x": "q\"\\\n}", "y": ""]) == -1.5e-07)
    }
}
