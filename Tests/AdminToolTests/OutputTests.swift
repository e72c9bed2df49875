import ArgumentParser
import Foundation
import Testing

@testable import AdminTool

/// One document in several forms, colours only where they are wanted.
@Suite struct OutputTests {
    private struct Facts: Encodable {
        var queuedTokens = 12
        var isDraining = false
        var share = 0.25
        var whole = 2.0
        var name = "p1"
        var version = "1.0"
        var word = "true"
        var empty = ""
        var list: [String] = []
        var site: String? = nil
        var workers = ["a: b", "x"]
    }

    @Test func `JSON has sorted keys in snake case, and YAML is the same document`() throws {
        let document = try DocumentValue(Facts())
        let json = """
            {
              "empty" : "",
              "is_draining" : false,
              "list" : [

              ],
              "name" : "p1",
              "queued_tokens" : 12,
              "share" : 0.25,
              "version" : "1.0",
              "whole" : 2,
              "word" : "true",
              "workers" : [
                "a: b",
                "x"
              ]
            }
            """
        #expect(try document.json() == json)
        // What would be read as another type is in quotation marks.
        let yaml = """
            empty: ""
            is_draining: false
            list: []
            name: p1
            queued_tokens: 12
            share: 0.25
            version: "1.0"
            whole: 2
            word: "true"
            workers:
            - 'a: b'
            - x
            """
        #expect(try document.yaml() == yaml)
        #expect(try DocumentValue(json: document.json()) == document)
    }

    @Test func `nothing is known is null, and what is no JSON is refused with a hint`() throws {
        let document = try DocumentValue(json: "{\"a\": null, \"b\": [1, true, 1.5, \"x\"]}")
        #expect(try document.yaml() == "a: null\nb:\n- 1\n- true\n- 1.5\n- x")
        let error = #expect(throws: (any Error).self) { _ = try DocumentValue(json: "{") }
        #expect("\(try #require(error))".contains("run the same release of batonctl and the router"))
    }

    @Test func `names are in the order in which people count`() {
        let names = ["decode-10", "decode-9", "a2b10", "a2b9", "decode", "decode-09"]
        let sorted = names.sorted { (NaturalOrder.key(of: $0), $0) < (NaturalOrder.key(of: $1), $1) }
        #expect(sorted == ["a2b9", "a2b10", "decode", "decode-09", "decode-9", "decode-10"])
    }

    @Test(arguments: [
        ("table", OutputFormat.table), ("text", .table), ("json", .json), ("yaml", .yaml), ("xml", nil),
    ])
    func `forms have their words, and text is a table`(word: String, format: OutputFormat?) {
        #expect(OutputFormat(argument: word) == format)
    }

    @Test(arguments: [
        ("a terminal has colours", ColorMode.auto, true, [:], true),
        ("a file has none", .auto, false, [:], false),
        ("NO_COLOR is heard", .auto, true, ["NO_COLOR": "1"], false),
        ("an empty NO_COLOR says nothing", .auto, true, ["NO_COLOR": ""], true),
        ("a dumb terminal has none", .auto, true, ["TERM": "dumb"], false),
        ("always is always", .always, false, ["NO_COLOR": "1", "TERM": "dumb"], true),
        ("never is never", .never, true, [:], false),
    ])
    func `colours`(claim: String, mode: ColorMode, isTerminal: Bool, variables: [String: String], isOn: Bool)
    {
        #expect(mode.isOn(isTerminal: isTerminal, environment: variables) == isOn, "\(claim)")
    }

    @Test func `a table's looks do not change its text`() throws {
        var table = TextTable(["NAME", "STATE", "N"])
        table.add(["p1", "dead", "1"], styles: [1: .red])
        table.add(["p2", "live", "200"])
        let lines = table.lines
        let shown = Shown(document: .null) { _ in lines }
        let plain = try shown.text(.table, width: 80, isColored: false)
        #expect(plain == "NAME  STATE    N\np1    dead     1\np2    live   200\n")
        let colored = try shown.text(.table, width: 80, isColored: true)
        #expect(colored == plain.replacing("dead", with: "\u{1B}[31mdead\u{1B}[0m"))
    }

    @Test func `a form or a watch that cannot be is refused before the router is asked`() throws {
        for words in [
            ["status", "-o", "xml"], ["status", "--watch", "0"], ["status", "-w", "never"],
            ["top", "--interval", "0"], ["links", "--matrix", "--list"], ["status", "--color", "blue"],
        ] {
            let error = try #require(throws: (any Error).self) { try BatonControl.parseAsRoot(words) }
            #expect(BatonControl.exitCode(for: error) == .validationFailure, "\(words)")
        }
        let status = try #require(try BatonControl.parseAsRoot(["status", "-w"]) as? StatusCommand)
        #expect(status.view.watch == 2 && status.view.format.output == .table)
        let other = try #require(
            try BatonControl.parseAsRoot(["pools", "-w", "5", "-o", "text"]) as? PoolsCommand
        )
        #expect(other.view.watch == 5 && other.view.format.output == .table)
    }
}
