import Foundation
import Testing

extension ClusterTests {
    /// What does not fit is refused at the start, with one sentence that a person can act on.
    @Suite struct StartTests {
        @Test func `a worker with another KV layout is refused, and both logs say why`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let stranger = cluster.addWorker(.decode, "decode-9")
                try cluster.start(stranger, ["kv_cache.block_tokens": "32"])
                let line = try cluster.router.waitForLog("link.closed", "reason", contains: "layout_mismatch")
                let reason = try #require(line.fields["reason"])
                #expect(reason.contains("decode-9"))
                #expect(reason.contains("32 tokens per block") && reason.contains("16 tokens per block"))
                try stranger.waitForLog("link.closed", "reason", contains: reason)
                #expect(try cluster.client.generate(.random(20, seed: 1)).only.tokens.count == 16)
                try stranger.kill()
            }
        }

        /// One weight differs: the shape fits, the tokens would not.
        @Test func `a worker with other weights is refused, and both logs say why`() throws {
            try TestCluster.run(.together(.cpu)) { cluster in
                var model = try Data(contentsOf: URL(fileURLWithPath: Products.model))
                model[model.count - 1_000] ^= 1
                let path = cluster.path("other.gguf")
                try model.write(to: URL(fileURLWithPath: path))
                let stranger = cluster.addWorker(.decode, "decode-9")
                try cluster.start(stranger, ["engine.model": path])
                let line = try cluster.router.waitForLog("link.closed", "reason", contains: "layout_mismatch")
                let reason = try #require(line.fields["reason"])
                #expect(reason.contains("decode-9 serves model"))
                try stranger.waitForLog("link.closed", "reason", contains: reason)
                #expect(try cluster.client.generate(.random(20, seed: 1)).only.tokens.count == 16)
                try stranger.kill()
            }
        }

        @Test func `a worker whose certificate lacks the role does not start`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let worker = cluster.addWorker(.decode, "decode-9")
                try cluster.issue("decode-9", roles: [.prefill])
                try cluster.write(try cluster.workerSettings("decode-9"), for: worker)
                try worker.start()
                let end = try worker.waitForEnd()
                #expect(end != .exited(0))
                #expect(worker.logTail.contains("allows the roles prefill, this process needs decode"))
            }
        }

        @Test(arguments: [Daemon.Kind.router, .prefill, .decode])
        func `wrong settings are named, all at once, and nothing starts`(kind: Daemon.Kind) throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let file = folder.appending(path: "wrong.yaml")
            let text =
                "name: NOT A LABEL\ncluster: lab\nheartbeet: 3s\nlisten: nowhere\nlog:\n  level: loud\n"
            try Data(text.utf8).write(to: file)
            let program = Products.executable(kind.rawValue)
            for arguments in [["--check"], []] {
                let result = try Output.of(program, ["--config", file.path] + arguments)
                #expect(result.status != 0)
                for part in ["name is NOT A LABEL", "heartbeat", "listen is nowhere", "log.level is loud"] {
                    #expect(result.text.contains(part), "\(part) in: \(result.text)")
                }
                #expect(result.text.contains("wrong.yaml:3"), "\(result.text)")
            }
        }

        @Test func `settings are checked, overridden and shown without starting anything`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                for daemon in [cluster.router] + cluster.workers {
                    let program = Products.executable(daemon.kind.rawValue)
                    let file = ["--config", daemon.settingsPath]
                    #expect(try Output.of(program, file + ["--check"]).status == 0)
                    let shown = try Output.of(program, file + ["--print-config", "--set", "log.level=debug"])
                    #expect(shown.status == 0)
                    #expect(shown.text.contains("name: \(daemon.name)"))
                    #expect(shown.text.contains("level: debug"))
                    #expect(shown.text.contains("heartbeat: 3s"))
                    // What is shown can be used.
                    let copy = cluster.path("\(daemon.name)-shown.yaml")
                    try Data(shown.text.utf8).write(to: URL(fileURLWithPath: copy))
                    let again = try Output.of(program, ["--config", copy, "--print-config"])
                    #expect(again.status == 0, "\(again.text)")
                    #expect(Self.values(again.text) == Self.values(shown.text))
                    let wrong = try Output.of(program, file + ["--check", "--set", "log.level=loud"])
                    #expect(wrong.status != 0)
                    #expect(wrong.text.contains("log.level is loud"))
                }
            }
        }

        @Test func `the operator's tool shows workers and the way of a request`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                var call = GenerationCall.random(100, seed: 1)
                call.name = "shown"
                _ = try cluster.client.generate(call)
                _ = try cluster.finishedDecision("shown")
                let tool = Products.executable("batonctl")
                let options = [
                    "--router", "127.0.0.1:\(try cluster.router.port("workers"))", "--certs",
                    cluster.folder.path,
                ]
                let status = try Output.of(tool, ["status"] + options)
                #expect(status.status == 0, "\(status.text)")
                #expect(
                    status.text.contains("prefill-1") && status.text.contains("decode-1"),
                    "\(status.text)"
                )
                let request = try Output.of(tool, ["explain", "shown"] + options)
                #expect(request.status == 0, "\(request.text)")
                #expect(
                    request.text.contains("100 prompt tokens, 16 output tokens, 1 attempt"),
                    "\(request.text)"
                )
                #expect(
                    request.text.contains("prefill-1: 100 tokens computed")
                        && request.text.contains("decode-1: received")
                        && request.text.contains("\nslow because"),
                    "\(request.text)"
                )
                let unknown = try Output.of(tool, ["explain", "nobody"] + options)
                #expect(unknown.status != 0)
                let drain = try Output.of(tool, ["drain", "decode-1", "--wait"] + options)
                #expect(drain.status == 0, "\(drain.text)")
                #expect(drain.text.contains("decode-1 owes nothing: safe to stop"))
                #expect(try cluster.client.send("GET", "/ready").status == 503)
                let resume = try Output.of(tool, ["resume", "decode-1"] + options)
                #expect(resume.status == 0, "\(resume.text)")
                try cluster.waitUntilReady()
                #expect(try cluster.client.generate(call).only.tokens.count == 16)
                let own = options + ["--name", "decode-1"]
                let other = try Output.of(tool, ["drain", "prefill-1"] + own)
                #expect(other.status != 0)
                #expect(other.text.contains("decode-1 may drain itself only"), "\(other.text)")
                let itself = try Output.of(tool, ["drain", "decode-1", "--wait"] + own)
                #expect(itself.text.contains("decode-1 owes nothing: safe to stop"), "\(itself.text)")
                let returning = try Output.of(tool, ["resume", "decode-1"] + own)
                #expect(returning.status != 0, "only an operator lets a worker take work again")
            }
        }

        /// Lines without their sources: a value from a file is the same value.
        private static func values(_ yaml: String) -> [Substring] {
            yaml.split(separator: "\n").map { line in
                line.firstRange(of: "  #").map { line[..<$0.lowerBound] } ?? line
            }
        }
    }
}
