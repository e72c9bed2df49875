internal import DaemonKit
internal import ServingTypes
internal import Wire

extension AdminSession {
    /// Asks for a document.
    ///
    /// - Parameter argument: what it is to be about, as the kind says.
    func document<Document: Decodable>(
        _ kind: DocumentKind,
        _ type: Document.Type,
        argument: String = ""
    ) throws -> Document {
        let reply = try ask(.documentRequest(DocumentRequest(kind, argument: argument)))
        guard case .documentReply(let answer) = reply else { throw UnexpectedReply(reply) }
        switch answer {
        case .failure(let error): throw error
        case .document(let text):
            do {
                return try DocumentJSON.decode(type, from: text)
            } catch {
                throw DocumentValue.misunderstood(error)
            }
        }
    }
}
