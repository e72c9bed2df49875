import AdminHTTP
import Foundation
import Testing

@testable import RouterDaemon

/// What the admin listener serves for the operators' page.
@Suite(.timeLimit(.minutes(2))) struct PageRoutesTests {
    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/RouterDaemon/Page/Assets")

    static func serve<Result: Sendable>(_ body: (TestConnection) async throws -> Result) async throws
        -> Result
    {
        try await PageServer.run(FakeService(model: try TestModel.served())) { port in
            try await TestConnection.open(port: port, body)
        }
    }

    @Test func `every file of the page is served as it is, guarded and under its type`() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(names == PageAsset.all.map { $0.name.isEmpty ? "page.html" : $0.name }.sorted())
        let types = [
            "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml",
            "js": "text/javascript; charset=utf-8",
        ]
        try await Self.serve { connection in
            for name in names {
                let path = name == "page.html" ? "/ui" : "/ui/\(name)"
                let answer = try await PageServer.ask("GET", path, on: connection)
                let file = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
                #expect(answer.head.status == 200 && answer.body == file, "\(name)")
                let headers = answer.head.headers
                #expect(headers["content-type"] == types[String(name.split(separator: ".")[1])], "\(name)")
                #expect(
                    headers["cache-control"] == "no-cache" && headers["x-content-type-options"] == "nosniff"
                )
                let policy = try #require(headers["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'none'; script-src 'self';"))
                #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
                let head = try await PageServer.ask("HEAD", path, on: connection)
                #expect(head.head.status == 200 && head.head.headers["etag"] == headers["etag"])
            }
        }
    }

    @Test func `the page asks for nothing that is not there, nor for anything of another host`() throws {
        let pattern = try Regex(##"(?:href|src)="([^"#]+)"|from "([^"]+)""##)
        var asked = Set<String>()
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path) {
            let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            for match in text.matches(of: pattern) {
                let path = try #require(match.output[1].substring ?? match.output[2].substring)
                asked.insert(String(path.split(separator: "/").last ?? ""))
                #expect(path.hasPrefix("/ui/") || path.hasPrefix("./"), "\(name) asks for \(path)")
            }
            #expect(!text.contains("innerHTML") && !text.contains("insertAdjacentHTML"), "\(name)")
            #expect(!text.contains("https://") && !text.contains("eval("), "\(name)")
        }
        #expect(asked.subtracting(PageAsset.all.map(\.name)).isEmpty)
        #expect(asked.isSuperset(of: PageAsset.all.map(\.name).filter { !$0.isEmpty }))
    }

    @Test func `a file that the browser has is not sent again`() async throws {
        try await Self.serve { connection in
            let tag = try #require(
                try await PageServer.ask("GET", "/ui/page.css", on: connection).head.headers["etag"]
            )
            for (list, status) in [
                (tag, 304), ("\"x\", \(tag)", 304), ("W/\(tag)", 304), ("*", 304), ("\"x\"", 200), ("", 200),
            ] {
                let headers = ["If-None-Match: \(list)"]
                let answer = try await PageServer.ask("GET", "/ui/page.css", headers: headers, on: connection)
                #expect(answer.head.status == status && answer.head.headers["etag"] == tag, "\(list)")
            }
        }
    }

    @Test(arguments: [
        ("an address", "192.0.2.7:7480", 200), ("an address without a port", "192.0.2.7", 200),
        ("an IPv6 address", "[::1]:7480", 200), ("this machine", "localhost:7480", 200),
        ("in capitals", "LocalHost:7480", 200), ("the configured name", "router.example:7480", 200),
        ("a name that anybody may point here", "evil.example:7480", 403),
        ("a name that starts like an address", "127.0.0.1.evil.example", 403),
        ("a name that ends like ours", "evil-router.example", 403), ("no name", "", 403),
    ])
    func `all but probes answers only under names that nobody else controls`(
        requirement: String,
        host: String,
        status: Int
    ) async throws {
        try await Self.serve { connection in
            for path in ["/ui", "/ui/page.js", "/admin/series"] {
                let answer = try await PageServer.ask("GET", path, host: host, on: connection)
                #expect(answer.head.status == status, "\(requirement): \(answer.body)")
                let head = try await PageServer.ask("HEAD", "/ui", host: host, on: connection)
                #expect(head.head.status == status, "\(requirement)")
            }
            for path in AdminServer.probePaths.sorted() {
                let answer = try await PageServer.ask("GET", path, host: host, on: connection)
                #expect(answer.head.status == 200, "\(requirement): \(path) is for any name")
            }
        }
    }

    @Test(arguments: [
        ("the page itself", ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"], 200),
        ("a visitor who typed the address", ["Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"], 200),
        ("a visitor from a dashboard", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"], 200),
        ("a page of another site", ["Origin: https://evil.example"], 403),
        ("another site, without CORS", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"], 403),
        ("another port of this machine", ["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"], 403),
        ("a form elsewhere", ["Origin: null", "Sec-Fetch-Mode: navigate"], 403),
    ])
    func `other pages may not ask, their visitors may come`(
        requirement: String,
        headers: [String],
        status: Int
    ) async throws {
        try await Self.serve { connection in
            for path in ["/ui", "/ui/icon.svg", "/admin/series"] {
                let answer = try await PageServer.ask("GET", path, headers: headers, on: connection)
                #expect(answer.head.status == status, "\(requirement): \(path)")
                #expect(status == 200 || answer.body.contains("foreign_page"), "\(requirement): \(path)")
            }
            let metrics = try await PageServer.ask("GET", "/metrics", headers: headers, on: connection)
            #expect(metrics.head.status == 200, "\(requirement)")
        }
    }

    @Test func `what is not there is said not to be`() async throws {
        try await Self.serve { connection in
            for path in ["/ui/nothing.js", "/ui/page.html", "/ui/..%2Fpage.css"] {
                let answer = try await PageServer.ask("GET", path, on: connection)
                #expect(answer.head.status == 404 && answer.body.contains("unknown_url"), "\(path)")
            }
        }
    }

    @Test func `the series goes on where the page left off`() async throws {
        try await Self.serve { connection in
            let whole = try await PageServer.ask("GET", "/admin/series", on: connection)
            #expect(whole.head.headers["content-type"] == "application/json")
            #expect(
                whole.body.hasPrefix(
                    #"{"window_s":10,"last":2,"unix_ms":[1000,2000],"waiting":[0,3],"running":[0,0],"#
                        + #""requests_per_second":[0.0,1.5],"#
                )
            )
            #expect(whole.body.contains(#""ttft_p50_ms":[null,81.235],"ttft_p99_ms":[null,250.0]"#))
            let rest = try await PageServer.ask("GET", "/admin/series?after=1", on: connection)
            #expect(rest.body.contains(#""last":2,"unix_ms":[2000]"#))
            let nothing = try await PageServer.ask("GET", "/admin/series?after=2", on: connection)
            #expect(nothing.body.contains(#""last":2,"unix_ms":[],"#))
            for after in ["-1", "x", "1.5"] {
                let answer = try await PageServer.ask("GET", "/admin/series?after=\(after)", on: connection)
                #expect(answer.head.status == 400 && answer.body.contains("after is \(after)"))
            }
        }
    }
}
