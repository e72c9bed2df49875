public import ServingTypes
public import Wire

extension DocumentReply {
    /// A document, or why there is none.
    public init(_ result: Result<String, ServingError>) {
        switch result {
        case .success(let text): self = .document(text)
        case .failure(let error): self = .failure(error)
        }
    }
}
