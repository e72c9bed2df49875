internal import ServingTypes

/// Why a client's request is not answered, in the terms of OpenAI's error object.
struct APIError: Error, Equatable, CustomStringConvertible {
    /// HTTP status code.
    var status: Int
    /// OpenAI's `type`: the class of error.
    var type: String
    /// OpenAI's `code`: the exact reason, for programs.
    var code: String?
    /// The field that is wrong.
    var param: String?
    /// What happened and what to do.
    var message: String
    /// Seconds after which another try makes sense.
    var retryAfterSeconds: Int?
    /// The method that the path takes, when the request's is another.
    var allowedMethod: String?

    var description: String { "\(status) \(code ?? type): \(message)" }

    private static func invalid(
        _ status: Int,
        _ message: String,
        code: String? = nil,
        param: String? = nil
    ) -> APIError {
        APIError(status: status, type: "invalid_request_error", code: code, param: param, message: message)
    }
}

// MARK: - Wrong requests

extension APIError {
    static func badField(_ name: String, _ message: String) -> APIError {
        invalid(400, message, code: "invalid_value", param: name)
    }

    static func missingField(_ name: String, _ hint: String) -> APIError {
        invalid(400, "\(name) is required: \(hint)", code: "missing_required_parameter", param: name)
    }

    static func unsupported(_ name: String, _ message: String) -> APIError {
        invalid(400, message, code: "unsupported_parameter", param: name)
    }

    static func badBody(_ message: String) -> APIError { invalid(400, message, code: "invalid_json") }

    static func contextExceeded(promptTokens: Int, outputTokens: Int, limit: Int, param: String) -> APIError {
        invalid(
            400,
            "This model's maximum context length is \(limit) tokens. However, you requested "
                + "\(promptTokens + outputTokens) tokens (\(promptTokens) in the prompt, "
                + "\(outputTokens) for the "
                + "completion). Please shorten the prompt or the completion.",
            code: "context_length_exceeded",
            param: param
        )
    }

    static func unknownModel(_ name: String, served: String) -> APIError {
        invalid(
            404,
            "The model `\(name)` does not exist; this server serves `\(served)`.",
            code: "model_not_found",
            param: "model"
        )
    }

    static func unknownRoute(_ method: String, _ path: String) -> APIError {
        invalid(404, "Unknown request URL: \(method) \(path).", code: "unknown_url")
    }

    static func unknownRequest(_ message: String) -> APIError {
        invalid(404, message, code: "request_not_found")
    }

    static func wrongMethod(_ method: String, _ path: String, allowed: String) -> APIError {
        var error = invalid(405, "\(path) takes \(allowed), not \(method).", code: "method_not_allowed")
        error.allowedMethod = allowed
        return error
    }

    static func wrongContentType(_ type: String) -> APIError {
        invalid(415, "The body must be application/json, got \(type).", code: "unsupported_media_type")
    }

    static func bodyTooLarge(limitBytes: Int) -> APIError {
        invalid(413, "The body is larger than the limit of \(limitBytes) bytes.", code: "body_too_large")
    }

    static let missingKey = invalid(
        401,
        "An API key is required: send it as `Authorization: Bearer <key>`.",
        code: "missing_api_key"
    )
    static let wrongKey = invalid(401, "The API key is not valid.", code: "invalid_api_key")

    static func foreignTenant(_ name: String, own: String) -> APIError {
        invalid(
            403,
            "This key speaks for tenant `\(own)` only, not for `\(name.prefix(60))`: leave X-Tenant out, or "
                + "use a key whose entry has names_tenants.",
            code: "tenant_not_allowed",
            param: "X-Tenant"
        )
    }
}

// MARK: - Requests that cannot be served

extension APIError {
    private static func server(_ status: Int, _ code: String, _ message: String) -> APIError {
        APIError(status: status, type: "server_error", code: code, message: message)
    }

    static let clientGone = APIError(
        status: 499,
        type: "client_closed_request",
        code: ServingErrorCode.cancelled.name,
        message: "The client closed its connection."
    )

    static let notReady = busy(
        503,
        "server_error",
        .noCapacity,
        "This router is not ready: it has no decode worker, or no prefill worker where every prompt needs one, or "
            + "it is stopping; try again shortly."
    )

    static func timedOut(after limit: Duration) -> APIError {
        server(504, ServingErrorCode.deadline.name, "The request was given up after its limit of \(limit).")
    }

    static func tooManyRequests(limit: Int) -> APIError {
        busy(
            429,
            "rate_limit_error",
            .noCapacity,
            "All \(limit) requests that this router answers at a time are taken."
        )
    }

    static func tooManyPlaces(held: Int, limit: Int) -> APIError {
        busy(
            429,
            "rate_limit_error",
            .noCapacity,
            "This tenant holds \(held) of the \(limit) places; the free ones are kept for others."
        )
    }

    private static func busy(
        _ status: Int,
        _ type: String,
        _ code: ServingErrorCode,
        _ message: String
    ) -> APIError {
        APIError(status: status, type: type, code: code.name, message: message, retryAfterSeconds: 1)
    }

    /// What the cluster reports, as HTTP sees it.
    ///
    /// - Parameter retryAfter: what a busy client is told to wait, in whole seconds of at least 1.
    init(_ error: ServingError, retryAfter: Duration? = nil) {
        self =
            switch error.code {
            case .noCapacity: .busy(429, "rate_limit_error", error.code, error.message)
            case .draining, .peerLost, .cancelled: .busy(503, "server_error", error.code, error.message)
            case .deadline: .server(504, error.code.name, error.message)
            case .badRequest: .invalid(400, error.message, code: error.code.name)
            case .leaseExpired, .checksum, .layoutMismatch, .unauthorized, .engine, .protocolViolation,
                .preempted:
                .server(500, error.code.name, error.message)
            }
        if retryAfterSeconds != nil, let retryAfter {
            retryAfterSeconds = max(1, Int(retryAfter.inSeconds.rounded(.up)))
        }
    }
}
