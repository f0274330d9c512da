{{ config(alias='Contradictions', schema='en') }}

{{ readable('mart_contradictions', 'en') }}
