import Foundation
import Testing

/// What machines are given to run: units, manifests, images, alerts.
@Suite struct DeploymentTests {
    // MARK: - Units

    static let units = ["baton-router", "baton-prefill-worker@", "baton-decode-worker@"].map {
        "\($0).service"
    }

    @Test(
        "systemd accepts every unit, and rates its exposure at most 2.0",
        .enabled(
            if: Program.find("systemd-analyze") != nil,
            "systemd-analyze is not there (Debian: systemd)"
        ),
        arguments: units
    )
    func unit(name: String) throws {
        // The programs need not be installed here.
        let text = try SourceTree.text("deploy/systemd/\(name)")
            .replacing(#/\/usr\/(bin\/baton[a-z-]*|lib\/baton\/[a-z-]+)/#, with: "/bin/true")
        try Program.withFolder { folder in
            let file = folder.appending(path: name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            let verified = try Program.run(
                "systemd-analyze",
                ["verify", "--man=no", "--recursive-errors=no", file.path]
            )
            #expect(verified.status == 0 && verified.output.isEmpty, "\(verified.output)")
            let rated = try Program.run("systemd-analyze", ["security", "--offline=true", file.path])
            let match = try #require(
                rated.output.firstMatch(of: #/exposure level for [^:]*: (?<rating>[0-9.]+)/#),
                "\(rated.output)"
            )
            #expect(try #require(Double(match.rating)) <= 2.0, "\(rated.output)")
        }
    }

    @Test("a worker's unit drains before it stops, and every unit is watched and takes its key from systemd")
    func unitParts() throws {
        for name in Self.units {
            let text = try SourceTree.text("deploy/systemd/\(name)")
            for part in ["\nType=notify\n", "\nWatchdogSec=", "\nLoadCredential=", "\nUser=baton\n"] {
                #expect(text.contains(part), "\(name) lacks \(part)")
            }
            let drains = text.contains("\nExecStop=-+/usr/bin/batonctl drain %i --wait ")
            #expect(drains == name.hasSuffix("@.service"), "\(name)")
        }
    }

    // MARK: - Manifests

    @Test(
        "kubectl builds the manifests",
        .enabled(if: Program.find("kubectl") != nil, "kubectl is not there"),
        arguments: ["base", "cert-manager"]
    )
    func manifests(folder: String) throws {
        let path = SourceTree.root.appending(path: "deploy/kubernetes/\(folder)").path
        let built = try Program.run("kubectl", ["kustomize", path])
        #expect(built.status == 0, "\(built.output)")
        let kinds = built.output.matches(of: #/\nkind: (?<kind>\w+)\n/#).map { String($0.kind) }
        for (kind, count) in [
            ("Deployment", 1), ("StatefulSet", 2), ("PodDisruptionBudget", 3), ("NetworkPolicy", 2),
            ("Certificate", folder == "base" ? 0 : 7),
        ] {
            #expect(kinds.count { $0 == kind } == count, "\(kind): \(kinds)")
        }
        // Each pod's own pair, under the names that its arguments give.
        if folder == "cert-manager" {
            for worker in ["baton-prefill-0", "baton-prefill-1", "baton-decode-0", "baton-decode-1"] {
                for file in ["\(worker).pem", "\(worker)-key.pem"] {
                    #expect(built.output.contains("path: \(file)"), "no \(file)")
                }
                #expect(built.output.contains("baton://baton/\(worker)?roles="), "no identity of \(worker)")
            }
        }
    }

    // MARK: - Runbooks

    @Test("every alert has a runbook, and every runbook an alert")
    func runbooks() throws {
        let handbook = try SourceTree.text("docs/OPERATIONS.md")
        let rules = try SourceTree.text("deploy/prometheus/alerts.yml")
        let alerts = rules.matches(of: #/- alert: (?<name>\w+)/#).map { String($0.name) }
        #expect(alerts.count > 10)
        let headings = handbook.split(separator: "\n").filter { $0.hasPrefix("### ") }
        for alert in alerts {
            #expect(headings.contains("### \(alert)"), "no runbook for \(alert)")
        }
        for heading in headings where heading.hasPrefix("### Baton") {
            #expect(alerts.contains(String(heading.dropFirst(4))), "a runbook without an alert: \(heading)")
        }
    }

    // MARK: - Scripts

    @Test(
        "the scripts of deploy and tools are sound",
        .enabled(if: Program.find("bash") != nil, "bash is not there")
    )
    func scripts() throws {
        let scripts = try ["deploy", "tools"].flatMap { try SourceTree.paths(under: $0) }
            .filter { $0.hasSuffix(".sh") || $0.hasPrefix("deploy/debian/p") }
        #expect(scripts.count > 5)
        for script in scripts {
            let path = SourceTree.root.appending(path: script).path
            let checked = try Program.run("bash", ["-n", path])
            #expect(checked.status == 0, "\(checked.output)")
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(script)")
        }
    }
}
