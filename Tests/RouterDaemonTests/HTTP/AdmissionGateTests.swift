import Testing

@testable import RouterDaemon

/// Who gets one of the places in which requests are answered.
@Suite struct AdmissionGateTests {
    @Test func `one tenant takes every place where there are no others`() throws {
        let gate = AdmissionGate(limit: 4)
        let permits = try (0..<4).map { _ in try gate.enter("default") }
        #expect(throws: APIError.tooManyRequests(limit: 4)) { try gate.enter("default") }
        #expect(permits.count == 4)
    }

    @Test func `a flood leaves places for others, who leave some too`() throws {
        let gate = AdmissionGate(limit: 100, isShared: true)
        var flood: [AdmissionGate.Permit] = []
        while let permit = try? gate.enter("flood") { flood.append(permit) }
        #expect(flood.count == 75)
        #expect(throws: APIError.tooManyPlaces(held: 75, limit: 100)) { try gate.enter("flood") }
        var others: [AdmissionGate.Permit] = []
        while let permit = try? gate.enter("other") { others.append(permit) }
        #expect(others.count >= 18 && others.count < 25)
        #expect((try? gate.enter("third")) != nil)
        flood.removeAll()
        #expect((try? gate.enter("flood")) != nil, "places come back when permits are dropped")
    }

    @Test func `a single place is for whoever comes`() throws {
        let gate = AdmissionGate(limit: 1, isShared: true)
        let permit = try gate.enter("a")
        #expect(throws: APIError.tooManyRequests(limit: 1)) { try gate.enter("b") }
        withExtendedLifetime(permit) {}
    }
}
