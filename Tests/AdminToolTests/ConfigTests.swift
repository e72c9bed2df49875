import DaemonKit
import Testing

@testable import AdminTool

/// What `batonctl config` prints.
@Suite struct ConfigTests {
    private static func config(_ json: String) throws -> ConfigDocument {
        try DocumentJSON.decode(ConfigDocument.self, from: json)
    }

    private static func reload(_ json: String) throws -> ReloadDocument {
        try DocumentJSON.decode(ReloadDocument.self, from: json)
    }

    @Test func `show gives each key its value and source, and whether it can change at once`() throws {
        let document = try Self.config(
            """
            {"process": "router", "file": "/etc/baton/router.yaml", "settings": [
              {"key": "heartbeat", "value": "1s", "source": "command line", "is_default": false,
               "is_hidden": false, "is_live": false},
              {"key": "http.api_keys[0].key", "value": "null", "source": "/etc/baton/router.yaml:31",
               "is_default": false, "is_hidden": true, "is_live": true},
              {"key": "log.level", "value": "info", "source": "default", "is_default": true,
               "is_hidden": false, "is_live": true}
            ]}
            """
        )
        let expected = """
            router, started with /etc/baton/router.yaml:
            KEY                   RELOAD   SOURCE   VALUE
            heartbeat             restart  --set    1s
            http.api_keys[0].key  live     line 31  (not shown)
            log.level             live     default  info
            """
        #expect(ConfigCommand.Show.text(of: document) == expected)
    }

    @Test func `reload tells what counts now, what waits and why, and which certificate is in use`() throws {
        var document = try Self.reload(
            """
            {"process": "decode-1", "file": "d.yaml", "problems": [], "applied": [
              {"key": "log.level", "old": "info", "new": "debug", "source": "d.yaml:12"}],
             "needs_restart": [{"key": "site", "old": "null", "new": "berlin", "source": "d.yaml:3",
               "reason": "routers were told it"}],
             "certificates": [{"use": "tls", "file": "d.pem", "is_new": true, "serial": "7F",
               "expiry_unix_seconds": 1, "failure": null}]}
            """
        )
        document.certificates[0].failure = "cannot use d.pem: no start line"
        let expected = """
            decode-1: 1 change is in force, 1 waits for a restart.
            KEY        SOURCE   COUNTS  BEFORE  NEW
            log.level  line 12  now     info    debug
            site       line 3   later   null    berlin
            site waits for a restart: routers were told it.
            tls certificate: NOT read, the old one stays in use: cannot use d.pem: no start
              line
            """
        #expect(ConfigCommand.Reload.text(of: document) == expected)
        #expect(!document.isSuccess)
        document.certificates[0].failure = nil
        #expect(document.isSuccess)
        let text = ConfigCommand.Reload.text(of: document)
        #expect(text.contains("tls certificate: new for connections from now on, ends in"))
    }

    @Test func `a file that is refused is told with its lines, process by process`() throws {
        let document = try Self.reload(
            """
            {"process": "router", "file": "r.yaml", "problems": ["r.yaml:3: log.level is loud; use trace or debug"],
             "applied": [], "needs_restart": [], "certificates": []}
            """
        )
        let outcomes = [
            ConfigCommand.Reload.Outcome(process: "d1", failure: "d1 did not answer within 4.0 seconds"),
            ConfigCommand.Reload.Outcome(process: "router", document: document),
        ]
        let expected = """
            d1: d1 did not answer within 4.0 seconds

            router: nothing has changed. Correct these and reload again:
            - r.yaml:3: log.level is loud; use trace or debug
            """
        #expect(ConfigCommand.Reload.text(of: outcomes) == expected)
        #expect(outcomes.allSatisfy { !$0.isSuccess })
    }
}
