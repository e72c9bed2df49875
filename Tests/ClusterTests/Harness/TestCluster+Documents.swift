import DaemonKit
import ServingTypes
import Wire

extension TestCluster {
    /// A document over the admin link.
    func document<Document: Decodable>(
        _ kind: DocumentKind,
        _ type: Document.Type,
        argument: String = ""
    ) throws -> Document {
        switch try answer(kind, argument) {
        case .document(let text): return try DocumentJSON.decode(type, from: text)
        case .failure(let error): throw ClusterError("no \(kind) document: \(error)")
        }
    }

    /// Why there is no such document.
    func documentFailure(_ kind: DocumentKind, argument: String) throws -> ServingError {
        guard case .failure(let error) = try answer(kind, argument) else {
            throw ClusterError("a \(kind) document of \(argument) was not to be had")
        }
        return error
    }

    private func answer(_ kind: DocumentKind, _ argument: String) throws -> DocumentReply {
        let question = Message.documentRequest(DocumentRequest(kind, argument: argument))
        guard case .documentReply(let reply) = try ask(question) else {
            throw ClusterError("the router did not answer with a document")
        }
        return reply
    }

    /// A document over HTTP.
    func page<Document: Decodable>(_ path: String, _ type: Document.Type) throws -> Document {
        let response = try HTTPClient(port: try router.port("admin")).send("GET", path)
        guard response.status == 200 else { throw ClusterError("\(path): \(response)") }
        return try DocumentJSON.decode(type, from: String(decoding: response.body, as: UTF8.self))
    }
}
