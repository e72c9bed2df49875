import ServingTypes
import Testing

@testable import RouterDaemon

/// How a client says whose a request is and how it ranks.
@Suite(.timeLimit(.minutes(2))) struct ServiceTermsTests {
    static let settings = HTTPServerSettings(
        port: 0,
        apiKeys: [
            APIKey(key: "own", tenant: "alice"), APIKey(key: "gate", tenant: "gateway", namesTenants: true),
        ],
        requestClasses: RequestClasses(names: ["exact", "bulk"], standard: "exact"),
        serviceDefaults: ServiceDefaults(
            classes: ["bulk": .init(priority: .batch, ttftLimit: .seconds(9), tpotLimit: .milliseconds(90))],
            tenants: ["bob": .bestEffort]
        )
    )

    /// What is sent and what comes of it.
    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var field: String?
        var headers: [String] = []
        var key = "own"
        var tenant = "alice"
        var priority = RequestPriority.interactive
        var ttftLimit: Duration?
        var tpotLimit: Duration?
    }

    static let cases = [
        Case(description: "nothing said"),
        Case(description: "a word in the body", field: #""priority":"batch""#, priority: .batch),
        Case(description: "vLLM's default", field: #""priority":0"#),
        Case(description: "vLLM's negative goes first", field: #""priority":-5"#),
        Case(description: "vLLM's higher goes later", field: #""priority":1"#, priority: .batch),
        Case(description: "vLLM's highest goes last", field: #""priority":100"#, priority: .bestEffort),
        Case(description: "the header", headers: ["X-Priority: best_effort"], priority: .bestEffort),
        Case(
            description: "the body before the header",
            field: #""priority":"interactive""#,
            headers: ["X-Priority: best_effort"]
        ),
        Case(
            description: "the class",
            headers: ["X-Request-Class: bulk"],
            priority: .batch,
            ttftLimit: .seconds(9),
            tpotLimit: .milliseconds(90)
        ),
        Case(
            description: "headers before the class",
            headers: [
                "X-Request-Class: bulk", "X-Priority: interactive", "X-TTFT-Limit-Ms: 250.5",
                "X-TPOT-Limit-Ms: 40",
            ],
            ttftLimit: .microseconds(250_500),
            tpotLimit: .milliseconds(40)
        ),
        Case(
            description: "the tenant that a gateway names, and its priority",
            headers: ["X-Tenant: bob"],
            key: "gate",
            tenant: "bob",
            priority: .bestEffort
        ),
        Case(description: "a gateway's own name", key: "gate", tenant: "gateway"),
        Case(description: "one's own name", headers: ["X-Tenant: alice"]),
    ]

    @Test(arguments: cases)
    func `a request ranks by`(given: Case) async throws {
        let service = FakeService(model: try TestModel.served())
        let field = given.field.map { "\($0)," } ?? ""
        try await TestServer.run(service, settings: Self.settings) { port in
            try await TestConnection.open(port: port) { connection in
                let headers = given.headers + ["Authorization: Bearer \(given.key)"]
                let body = "{\(field)\"prompt\":\"a\"}"
                try await connection.send("POST", "/v1/completions", body: body, headers: headers)
                let call = try await service.nextCall()
                #expect(call.request.tenant == given.tenant)
                #expect(call.request.terms.priority == given.priority)
                #expect(call.request.terms.ttftLimit == given.ttftLimit)
                #expect(call.request.terms.tpotLimit == given.tpotLimit)
                call.source.finish(.stop)
                #expect(try await connection.readHead().status == 200)
            }
        }
    }

    @Test(
        arguments: [
            (
                #""priority":"urgent""#, "X-A: b", 400, "invalid_value",
                "priority must be one of interactive, batch"
            ),
            (#""priority":1.5"#, "X-A: b", 400, "invalid_value", "priority must be one of"),
            (
                nil, "X-Priority: urgent", 400, "invalid_value",
                #"X-Priority must be one of interactive, batch"#
            ),
            (nil, "X-TTFT-Limit-Ms: 0", 400, "invalid_value", "X-TTFT-Limit-Ms must be milliseconds above 0"),
            (
                nil, "X-TPOT-Limit-Ms: soon", 400, "invalid_value",
                "X-TPOT-Limit-Ms must be milliseconds above 0"
            ),
            (nil, "X-Tenant: bob", 403, "tenant_not_allowed", "This key speaks for tenant `alice` only"),
        ] as [(String?, String, Int, String, String)]
    )
    func `what is wrong is refused with what would be right`(
        field: String?,
        header: String,
        status: Int,
        code: String,
        message: String
    ) async throws {
        let service = FakeService(model: try TestModel.served())
        let answer = try await TestServer.answer(
            service,
            settings: Self.settings,
            "POST",
            "/v1/completions",
            body: "{" + (field.map { "\($0)," } ?? "") + "\"prompt\":\"a\"}",
            headers: [header, "Authorization: Bearer own"]
        )
        #expect(answer.head.status == status)
        #expect(answer.body.contains(code) && answer.body.contains(message), "\(answer.body)")
    }
}
