import Foundation
import Testing

extension ClusterTests {
    /// How the operator's tool ends, and that it says what to do: the program itself, as scripts call it.
    @Suite struct ExitStatusTests {
        private static let tool = Products.executable("batonctl")

        private func expect(_ status: Int32, _ words: [String], _ sentence: String) throws {
            let result = try Output.of(Self.tool, words)
            #expect(result.status == status, "\(words): \(result.text)")
            #expect(result.text.contains(sentence), "\(words): \(result.text)")
        }

        @Test func `without a router it says what is missing`() throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
                .path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let nobody = ["--certs", folder, "--router", "127.0.0.1:1"]
            try expect(0, ["--help"], "3 no router")
            try expect(64, ["stauts"], "Unexpected argument 'stauts'")
            try expect(64, ["status", "-o", "xml"], "'xml' is invalid")
            try expect(64, ["status", "--watch=never"] + nobody, "--watch is never; use 0.1 to 3600 seconds")
            try expect(64, ["top"] + nobody, "batonctl top --once")
            try expect(5, ["status"] + nobody, "batonctl certs init --cluster NAME --directory \(folder)")
            try expect(0, ["certs", "init", "--cluster", "lab", "--directory", folder], "ca.pem")
            let issue = "batonctl certs issue --name admin --roles admin --directory \(folder)"
            try expect(5, ["status"] + nobody, issue)
            try expect(
                0,
                ["certs", "issue", "--name", "admin", "--roles", "admin", "--directory", folder],
                "wrote"
            )
            try expect(3, ["status"] + nobody, "Nothing listens there: start the router")
            try expect(3, ["status", "--watch"] + nobody, "Nothing listens there: start the router")
            // No name server is asked for a name like this.
            try expect(3, ["status", "--certs", folder, "--router", "no..name:1"], "Correct the name")
            try expect(
                0,
                ["certs", "show", "-o", "yaml", "\(folder)/admin.pem"],
                "baton://lab/admin?roles=admin"
            )
        }

        @Test func `with a router, what it refuses and what goes on`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let options = [
                    "--router", "127.0.0.1:\(try cluster.router.port("workers"))", "--certs",
                    cluster.folder.path,
                ]
                try expect(4, ["drain", "nobody"] + options, "no worker nobody is connected")
                try expect(4, ["explain", "nobody"] + options, "no request nobody")
                try expect(5, ["status", "--name", "decode-1"] + options, "one with the role admin")
                try expect(0, ["status", "-o", "json"] + options, "\"name\" : \"decode-1\"")
                try expect(0, ["links", "-o", "yaml"] + options, "[]")
                try expect(0, ["top", "--once"] + options, "1 prefill, 1 decode")
                try expect(
                    0,
                    ["drain", "decode-1", "--wait", "-o", "json"] + options,
                    "\"safe_to_stop\" : true"
                )

                // Documents follow each other until a signal comes; the router may be away meanwhile.
                let log = URL(fileURLWithPath: cluster.path("watch.txt"))
                try Data().write(to: log)
                let watch = try ChildProcess(
                    Self.tool,
                    ["status", "--watch", "0.2", "-o", "yaml", "--timeout", "1"] + options,
                    output: try FileHandle(forWritingTo: log)
                )
                defer { watch.signal(SIGKILL) }
                func documents() throws -> String {
                    String(decoding: try Data(contentsOf: log), as: UTF8.self)
                }
                // More than a heartbeat's interval: operators' links live as long as others.
                try Polling.until("twenty documents") {
                    try documents().split(separator: "\n---\n").count >= 20
                }
                try cluster.router.kill()
                try Polling.until("the loss is said") {
                    try documents().contains("Trying again until it is back")
                }
                #expect(watch.end == nil)
                watch.signal(SIGINT)
                try Polling.until("the watch ends") { watch.end != nil }
                #expect(watch.end == .exited(130))
            }
        }
    }
}
