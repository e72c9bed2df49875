/// The first requests of another source.
struct FirstRequests: RequestSource {
    let source: any RequestSource
    let count: Int

    var total: Int { count }

    func request(at index: Int, due: Duration?) -> OutgoingRequest {
        var request = source.request(at: index, due: due)
        request.next = nil
        return request
    }
}
