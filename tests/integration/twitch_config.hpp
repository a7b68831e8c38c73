// What a configuration says to reach a simulated Twitch.
#pragma once
#include <string>

#include "sim/twitch/sim_twitch.hpp"

namespace rec::testing_support {

/// The lines below `endpoints:`, without the end of the last one.
inline std::string endpoints_of(const sim::SimTwitch& twitch) {
  return "  twitch_id: " + twitch.id_url() + "\n  twitch_helix: " + twitch.helix_url() +
         "\n  twitch_gql: " + twitch.gql_url() + "\n  twitch_usher: " + twitch.usher_url();
}

}  // namespace rec::testing_support
