// Solves an instance file with LEMON, as a flow of least cost, and prints one line of JSON.
//
// usage: lemon FILE RUNS SECONDS ns|cs|cap
//
// Network simplex, cost scaling or capacity scaling. The graph is made outside the clock, and as a `StaticDigraph` of
// numbers of 32 bits, which is what suits LEMON best. No run begins after so many seconds, but the first.

#include <lemon/capacity_scaling.h>
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using Graph = lemon::StaticDigraph;

struct Network {
    std::vector<std::pair<int, int>> arcs;
    std::vector<int> costs, capacities, supplies;

    void arc(int from, int to, int64_t cost, int64_t capacity) {
        arcs.emplace_back(from, to);
        costs.push_back(static_cast<int>(cost));
        capacities.push_back(static_cast<int>(capacity));
    }
};

template <typename Number>
std::vector<Number> take(std::ifstream& file, size_t count) {
    std::vector<Number> list(count);
    if (!file.read(reinterpret_cast<char*>(list.data()), static_cast<std::streamsize>(count * sizeof(Number))))
        throw std::runtime_error("the file ends too early");
    return list;
}

Network matrix(std::ifstream& file) {
    const auto shape = take<uint64_t>(file, 2);
    const int rows = static_cast<int>(shape[0]), columns = static_cast<int>(shape[1]);
    if (rows != columns) throw std::runtime_error("only square matrices are read");
    Network network;
    for (int row = 0; row < rows; ++row) {
        const auto line = take<double>(file, shape[1]);
        for (int column = 0; column < columns; ++column) {
            if (!std::isfinite(line[column])) continue;
            if (line[column] != std::floor(line[column])) throw std::runtime_error("a cost is not whole");
            network.arc(row, rows + column, static_cast<int64_t>(line[column]), 1);
        }
    }
    network.supplies.assign(rows, 1);
    network.supplies.resize(rows + columns, -1);
    return network;
}

Network capacitated(std::ifstream& file) {
    const auto shape = take<uint64_t>(file, 3);
    const int rows = static_cast<int>(shape[0]), columns = static_cast<int>(shape[1]);
    const auto capacities = take<int64_t>(file, shape[1]);
    const auto starts = take<int64_t>(file, shape[0] + 1);
    const auto heads = take<int32_t>(file, shape[2]);
    if (shape[2] % 2 != 0) take<int32_t>(file, 1);
    const auto costs = take<int64_t>(file, shape[2]);
    Network network;
    for (int row = 0; row < rows; ++row)
        for (int64_t at = starts[row]; at < starts[row + 1]; ++at) network.arc(row, rows + heads[at], costs[at], 1);
    const int sink = rows + columns;
    for (int column = 0; column < columns; ++column) network.arc(rows + column, sink, 0, capacities[column]);
    network.supplies.assign(rows, 1);
    network.supplies.resize(sink, 0);
    network.supplies.push_back(-rows);
    return network;
}

double cpu_seconds() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <typename Solver>
void measure(const Network& network, int runs, double seconds, const std::string& solver, const std::string& name) {
    Graph graph;
    graph.build(static_cast<int>(network.supplies.size()), network.arcs.begin(), network.arcs.end());
    Graph::ArcMap<int> costs(graph), capacities(graph);
    Graph::NodeMap<int> supplies(graph);
    for (size_t arc = 0; arc < network.arcs.size(); ++arc) {
        costs[graph.arc(static_cast<int>(arc))] = network.costs[arc];
        capacities[graph.arc(static_cast<int>(arc))] = network.capacities[arc];
    }
    for (size_t node = 0; node < network.supplies.size(); ++node)
        supplies[graph.node(static_cast<int>(node))] = network.supplies[node];
    std::vector<double> times;
    double total = 0;
    int64_t objective = 0;
    bool is_optimal = false;
    while (times.empty() || (static_cast<int>(times.size()) < runs && total < seconds)) {
        const double start = cpu_seconds();
        Solver flow(graph);
        flow.upperMap(capacities).costMap(costs).supplyMap(supplies);
        is_optimal = flow.run() == Solver::OPTIMAL;
        times.push_back(cpu_seconds() - start);
        total += times.back();
        objective = flow.template totalCost<int64_t>();
    }
    std::sort(times.begin(), times.end());
    std::printf("RESULT {\"solver\":\"lemon-%s\",\"inst\":\"%s\",\"cpu_med\":%.9g,\"cpu_min\":%.9g,\"obj\":%lld,\"ok\":%s}\n",
                solver.c_str(), name.c_str(), times[times.size() / 2], times[0], static_cast<long long>(objective),
                is_optimal ? "true" : "false");
}

int main(int count, char** words) try {
    if (count != 5) throw std::runtime_error("usage: lemon FILE RUNS SECONDS ns|cs|cap");
    const std::string path = words[1], solver = words[4];
    std::ifstream file(path, std::ios::binary);
    const bool is_matrix = take<char>(file, 8)[0] == 'D';
    const Network network = is_matrix ? matrix(file) : capacitated(file);
    int64_t most = 0;
    for (const int cost : network.costs) most = std::max<int64_t>(most, std::abs(static_cast<int64_t>(cost)));
    // Artificial arcs and potentials of LEMON cost up to that, in the numbers chosen here.
    if ((most + 1) * static_cast<int64_t>(network.supplies.size()) >= INT32_MAX / 2)
        throw std::runtime_error("costs are too large for numbers of 32 bits");
    const std::string file_name = path.substr(path.rfind('/') + 1);
    const std::string name = file_name.substr(0, file_name.rfind('.'));
    const int runs = std::atoi(words[2]);
    const double seconds = std::atof(words[3]);
    if (solver == "ns")
        measure<lemon::NetworkSimplex<Graph, int, int>>(network, runs, seconds, solver, name);
    else if (solver == "cs")
        measure<lemon::CostScaling<Graph, int, int>>(network, runs, seconds, solver, name);
    else if (solver == "cap")
        measure<lemon::CapacityScaling<Graph, int, int>>(network, runs, seconds, solver, name);
    else
        throw std::runtime_error("the solver is ns, cs or cap");
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
