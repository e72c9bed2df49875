import Foundation
import ServingTypes
import Testing
import Transport
import Wire

extension ClusterTests {
    /// Settings and certificates that change under running streams.
    @Suite struct ReloadTests {
        private static let slow = PacedPace(decodeStep: 0.02)

        /// Runs `batonctl` against a cluster.
        private static func control(_ cluster: TestCluster, _ words: String...) throws -> Output {
            try cluster.issue("admin", roles: [.admin])
            let options = [
                "--router", "127.0.0.1:\(try cluster.router.port("workers"))", "--certs", cluster.folder.path,
            ]
            return try Output.of(Products.executable("batonctl"), words + options)
        }

        private static func write(_ cluster: TestCluster, _ settings: [String: String]) throws {
            try cluster.write(
                cluster.routerSettings.merging(cluster.plan.router) { $1 }.merging(settings) { $1 },
                for: cluster.router
            )
        }

        @Test func `SIGHUP and batonctl change log level and tenant limits under a stream`() throws {
            try TestCluster.run(.separate(.paced(Self.slow))) { cluster in
                let client = try cluster.client
                let stream = try client.stream(.random(80, seed: 1, maxTokens: 150))
                try stream.waitForTokens(3)
                try Self.write(
                    cluster,
                    ["tenants.max_in_flight": "1", "log.level": "warning", "heartbeat": "2s"]
                )
                cluster.router.signal(SIGHUP)
                let line = try cluster.router.waitForLog(
                    "settings.reloaded",
                    "applied",
                    contains: "tenants.max_in_flight"
                )
                #expect(line.fields["needs_restart"] == "heartbeat")
                // One is in progress: there is no room for another, whoever asks.
                #expect(try client.send(.random(20, seed: 2)).status == 429)
                #expect(!cluster.router.log.contains { $0.message == "request.ended" }, "that is no warning")
                let shown = try Self.control(cluster, "config", "show", "--changed")
                #expect(shown.status == 0 && shown.text.contains("tenants.max_in_flight"), "\(shown.text)")
                #expect(!shown.text.contains("heartbeat"), "what waits for a restart is not in force")

                try Self.write(cluster, [:])
                let reloaded = try Self.control(cluster, "config", "reload")
                #expect(
                    reloaded.status == 0 && reloaded.text.contains("2 changes are in force."),
                    "\(reloaded)"
                )
                #expect(try client.send(.random(20, seed: 3)).status == 200)
                let answer = try stream.finish()
                #expect(answer.only.tokens.count == 150 && answer.only.finish == "length")
                #expect(try cluster.metrics(of: cluster.router).value("baton_failed_attempts_total") == 0)
                // While only warnings were written nothing ended without being said later.
                #expect(cluster.router.log.contains { $0.message == "request.ended" })
                try cluster.waitUntilIdle()
            }
        }

        @Test func `a worker reads its settings when its router passes that on, and keeps its streams`()
            throws
        {
            try TestCluster.run(.separate(.paced(Self.slow))) { cluster in
                let stream = try cluster.client.stream(.random(80, seed: 1, maxTokens: 60))
                try stream.waitForTokens(3)
                let worker = try cluster.worker("decode-1")
                let changes = ["scheduler.max_batch": "7", "drain_timeout": "5s", "site": "berlin"]
                try cluster.write(
                    try cluster.workerSettings("decode-1").merging(changes) { $1 },
                    for: worker
                )
                let output = try Self.control(cluster, "config", "reload", "decode-1")
                #expect(output.status == 0, "\(output.text)")
                #expect(output.text.contains("decode-1: 2 changes are in force, 1 waits for a restart."))
                #expect(output.text.contains("site waits for a restart: routers were told it."))
                let shown = try Self.control(cluster, "config", "show", "decode-1", "-o", "json")
                #expect(shown.text.contains("\"key\" : \"scheduler.max_batch\""), "\(shown.text)")
                #expect(try stream.finish().only.tokens.count == 60)
                let unknown = try Self.control(cluster, "config", "show", "decode-9")
                #expect(unknown.status == 4 && unknown.text.contains("no worker decode-9 is connected"))
                try cluster.waitUntilIdle()
            }
        }

        @Test func `a bad file is refused with its lines, and changes nothing`() throws {
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                try Self.write(cluster, ["placement.polcy": "round_robin", "tenants.max_in_flight": "0"])
                cluster.router.signal(SIGHUP)
                let line = try cluster.router.waitForLog(
                    "settings.refused",
                    "problem",
                    contains: "placement.polcy is unknown; the nearest key is placement.policy"
                )
                #expect(line.fields["problem"]?.contains("router.yaml:") == true)
                let output = try Self.control(cluster, "config", "reload", "--all")
                #expect(output.status == 1, "\(output.text)")
                #expect(output.text.contains("router: nothing has changed."))
                #expect(output.text.contains("placement.polcy is unknown"))
                #expect(output.text.contains("decode-1: the settings are as they were."))
                #expect(try cluster.client.generate(.random(20, seed: 1)).only.tokens.count == 16)
            }
        }

        /// Every certificate and the authority itself are replaced while tokens flow.
        @Test func `a new authority takes over under a stream, and the old one's certificates are refused`()
            throws
        {
            try TestCluster.run(.separate(.paced(Self.slow))) { cluster in
                try cluster.writeAuthorityKey()
                let daemons = [cluster.router] + cluster.workers
                let before = try daemons.map { try Self.expiry(of: $0, cluster) }
                let stream = try cluster.client.stream(.random(80, seed: 1, maxTokens: 400))
                try stream.waitForTokens(3)
                let rotate = { (words: String...) throws in
                    let words = ["certs", "rotate", "--directory", cluster.folder.path] + words
                    let output = try Output.of(Products.executable("batonctl"), words)
                    #expect(output.status == 0, "\(output.text)")
                    let reload = try Self.control(cluster, "config", "reload", "--all")
                    #expect(reload.status == 0, "\(reload.text)")
                }
                let old = try Self.copy("admin", in: cluster)
                try rotate("--authority")
                #expect(try cluster.client.generate(.random(300, seed: 2)).only.tokens.count == 16)
                try rotate("--all", "--days", "300")
                for (daemon, expiry) in zip(daemons, before) {
                    #expect(try Self.expiry(of: daemon, cluster) > expiry + 200 * 86_400, "\(daemon.name)")
                    try daemon.waitForLog("certificate.reloaded", "use", contains: "tls")
                }
                #expect(try cluster.client.generate(.random(300, seed: 3)).only.tokens.count == 16)
                try rotate("--finish")
                #expect(try cluster.client.generate(.random(300, seed: 4)).only.tokens.count == 16)
                // A certificate of the old authority opens no new connection.
                #expect(try !Self.isGreeted(old, by: cluster))
                #expect(try Self.isGreeted(try cluster.issue("admin", roles: [.admin]), by: cluster))
                #expect(try stream.finish().only.tokens.count == 400)
                #expect(try cluster.metrics(of: cluster.router).value("baton_failed_attempts_total") == 0)
                #expect(!daemons.contains { $0.log.contains { $0.message == "worker.lost" } })
                try cluster.waitUntilIdle()
            }
        }

        @Test func `a worker that listens everywhere tells the address by which it reaches its router`()
            throws
        {
            var plan = ClusterPlan.separate(.paced(PacedPace()))
            plan.workers = ["listen": "0.0.0.0:0"]
            try TestCluster.run(plan) { cluster in
                for worker in try cluster.connectedWorkers() {
                    #expect(worker.address.hasPrefix("127.0.0.1:"), "\(worker.address)")
                }
                #expect(try cluster.client.generate(.random(200, seed: 1)).only.tokens.count == 16)
                try cluster.waitUntilIdle()
            }
        }

        private static func expiry(of daemon: Daemon, _ cluster: TestCluster) throws -> Double {
            let page = try cluster.metrics(of: daemon)
            return try #require(page.value("baton_certificate_expiry_timestamp_seconds"))
        }

        /// Whether the router answers the greeting of somebody with this certificate.
        private static func isGreeted(_ settings: TLSSettings, by cluster: TestCluster) throws -> Bool {
            let peer = try WirePeer(port: try cluster.router.port("workers"))
            // Under TLS 1.3 the client is done before the server has looked at its certificate.
            guard peer.handshake(settings) else { return false }
            let hello = Hello(
                purpose: .admin,
                kind: .admin,
                name: "admin",
                incarnation: Incarnation(rawValue: 1),
                cluster: TestCluster.name
            )
            do {
                try peer.send(.hello(hello))
                guard case .hello? = try peer.receive() else { return false }
                return true
            } catch {
                return false
            }
        }

        /// A certificate that stays what it is when the one in the folder is replaced.
        private static func copy(_ name: String, in cluster: TestCluster) throws -> TLSSettings {
            var settings = try cluster.issue(name, roles: [.admin])
            for path in [\TLSSettings.authorityPath, \.certificatePath, \.privateKeyPath] {
                let source = settings[keyPath: path]
                settings[keyPath: path] = source + ".old"
                try FileManager.default.copyItem(atPath: source, toPath: settings[keyPath: path])
            }
            return settings
        }
    }
}
