import Foundation
import Testing

/// The repository speaks of itself only: nothing in it depends on where or by whom it was written.
@Suite struct TreeTests {
    /// Folders of one machine, written in parts so that this file does not find itself.
    static let rule = Rule(
        ["/wo" + "rk/", #"\.\./sha"# + "red", "/ro" + "ot/", "/Us" + "ers/", #"/tmp/ba"# + "sh_"].joined(
            separator: "|"
        ),
        "names a folder of one machine"
    )

    @Test func `no text names a folder of one machine`() throws {
        var violations: [String] = []
        for path in try SourceTree.paths(under: "") {
            let bytes = try Data(contentsOf: SourceTree.root.appending(path: path), options: .mappedIfSafe)
            guard !bytes.prefix(8_192).contains(0), let text = String(data: bytes, encoding: .utf8) else {
                continue
            }
            violations += try Self.rule.lines(in: text).map { "\(path):\($0)" }
        }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("cat /wo" + "rk/main", true), ("see ../sha" + "red/x", true), ("cd /ro" + "ot/x", true),
        ("network/main", false), ("/etc/baton/router.yaml", false),
    ])
    func `the rule finds folders of one machine`(text: String, isViolation: Bool) throws {
        #expect(try Self.rule.lines(in: text).isEmpty != isViolation, "\(text)")
    }
}
